import { byId, toast } from "./elements.js";

/** The option that asks for the microphone's permission: without it browsers tell no names. */
const FIND = "find";

/** The choice of a microphone. @param chosen the one that was chosen last, by its id */
export function bindMicrophones(chosen: string | undefined, onChoose: (id: string) => void): { readonly id: string | undefined; list(): Promise<void> } {
  const select = byId("microphones", HTMLSelectElement);
  let wanted = chosen ?? "";
  const list = async () => {
    const devices = await navigator.mediaDevices?.enumerateDevices() ?? [];
    const named = devices.filter(({ kind, deviceId, label }) => kind === "audioinput" && label !== "" && deviceId !== "" && deviceId !== "default" && deviceId !== "communications");
    const options = named.map(({ deviceId, label }) => new Option(label, deviceId));
    if (named.length === 0 && devices.some(({ kind }) => kind === "audioinput")) options.push(new Option("Others … (the browser will ask)", FIND));
    select.replaceChildren(new Option("Default microphone", ""), ...options);
    if (named.some(({ deviceId }) => deviceId === wanted)) select.value = wanted;
  };
  select.addEventListener("change", () => {
    if (select.value !== FIND) return onChoose(wanted = select.value);
    navigator.mediaDevices.getUserMedia({ audio: true })
      .then((stream) => stream.getTracks().forEach((track) => track.stop()))
      .catch(() => toast("The browser was told not to give this page the microphone: allow it beside the address."))
      .finally(() => void list());
  });
  navigator.mediaDevices?.addEventListener("devicechange", () => void list());
  void list();
  return {
    get id() {
      return select.value === "" || select.value === FIND ? undefined : select.value;
    },
    list,
  };
}
