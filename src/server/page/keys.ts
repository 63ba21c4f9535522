import { byId } from "./elements.js";

/** Connects keys with what they do, wherever the focus is but in something that takes keys itself; `?` shows the list of them. */
export function bindKeys(keys: Readonly<Record<string, () => void>>): void {
  const list = byId("keys", HTMLDialogElement);
  byId("show-keys").addEventListener("click", () => list.showModal());
  list.addEventListener("click", ({ target }) => { if (target === list) list.close(); }); // beside it
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    // Where letters are typed, or choose among options, they are not ours.
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || (target instanceof Element && target.closest("select, textarea, input:not([type=checkbox], [type=radio], [type=range])"))) return;
    const key = event.key.toLowerCase();
    if (key === "?") {
      if (list.open) list.close();
      else list.showModal();
    } else if (key in keys && !list.open) keys[key]();
    else return;
    event.preventDefault();
  });
}
