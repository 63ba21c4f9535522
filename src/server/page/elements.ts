/** An element of the page by its id. @throws Error when it is not there, or another kind of element */
export function byId<T extends HTMLElement = HTMLElement>(id: string, kind?: new () => T): T {
  const element = document.getElementById(id), wanted = kind ?? HTMLElement;
  if (!(element instanceof wanted)) throw new Error(`Expected a ${wanted.name} with the id ${id} in the page`);
  return element as T;
}

/** Says something to people who listen instead of looking. */
export function announce(text: string): void {
  byId("announce").textContent = text;
}

let toastTimer: ReturnType<typeof setTimeout> | undefined;

/** Shows what went wrong, or a note, for as long as it takes to read; it goes when it is clicked, and when {@link endToast} says that it is over. */
export function toast(text: string, kind: "trouble" | "note" = "trouble"): void {
  const element = byId("toast");
  element.dataset.kind = kind;
  byId("toast-text").textContent = text;
  element.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(endToast, 4000 + 60 * text.length);
}

/** What the toast told is over. */
export function endToast(): void {
  clearTimeout(toastTimer);
  byId("toast").hidden = true;
}

/** Changes a button's word. */
export function label(button: HTMLElement, text: string): void {
  button.querySelector("span")!.textContent = text;
}
