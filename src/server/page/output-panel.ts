import { announce, byId } from "./elements.js";
import { parseLayout, type OutputLayout } from "./output-layout.js";
import type { PageOptions } from "./page-options.js";
import { remember } from "./remembered.js";
import { viewAddress } from "./view-address.js";

/** The choice of what goes out: how large the picture is, what is around it, and the address of a page that shows it elsewhere. */
export class OutputPanel {
  /** @param key by which this session is watched */
  constructor({ layout, token }: PageOptions, key: string, onLayout: (layout: OutputLayout | undefined) => void) {
    const size = byId("size", HTMLSelectElement), background = byId("background", HTMLSelectElement);
    const choose = (select: HTMLSelectElement, value: string) => {
      if (![...select.options].some((option) => option.value === value)) select.append(new Option(value, value));
      select.value = value;
    };
    if (layout) {
      choose(size, `${layout.width}x${layout.height}`);
      choose(background, layout.background);
    }
    const apply = () => {
      background.hidden = size.value === "";
      onLayout(parseLayout(size.value, background.value, () => true));
    };
    for (const select of [size, background]) {
      select.addEventListener("change", () => {
        remember({ size: size.value, background: background.value });
        apply();
      });
    }
    apply();
    byId("copy-view").addEventListener("click", () => void (async () => {
      const address = viewAddress(location.origin, { token, key, size: size.value, background: background.value, mark: byId("mark", HTMLInputElement).checked });
      try {
        await navigator.clipboard.writeText(address);
        announce("The address is copied.");
        byId("copy-view").querySelector("span")!.textContent = "Copied: paste it in OBS";
        setTimeout(() => { byId("copy-view").querySelector("span")!.textContent = "Copy the address for OBS"; }, 4000);
      } catch {
        prompt("Copy this address:", address); // pages without HTTPS may not write to the clipboard
      }
    })());
  }
}
