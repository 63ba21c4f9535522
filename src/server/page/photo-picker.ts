import { byId } from "./elements.js";

/** Hands over photos that are chosen, dropped anywhere on the page, or pasted. */
export function acceptPhotos(onPhoto: (file: File) => void): void {
  const input = byId("photo", HTMLInputElement);
  byId("choose-photo").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file) onPhoto(file);
    input.value = ""; // the same file may be chosen again
  });
  let depth = 0;
  const dropping = (on: boolean) => document.body.classList.toggle("dropping", on);
  document.addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    depth++;
    dropping(true);
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("dragleave", () => dropping((depth = Math.max(0, depth - 1)) > 0));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    dropping(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (file) onPhoto(file);
  });
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData?.files ?? []].find(({ type }) => type.startsWith("image/"));
    if (file) onPhoto(file);
  });
}
