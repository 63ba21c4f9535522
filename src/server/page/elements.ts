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

/** Shows what went wrong, for a while. */
export function toast(text: string): void {
  const element = byId("toast");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.hidden = true; }, 8000);
}

/** Changes a button's word. */
export function label(button: HTMLElement, text: string): void {
  button.querySelector("span")!.textContent = text;
}
