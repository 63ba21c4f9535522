const KEY = "reenact.live.view-key";

/** The key by which others watch this browser's session: made once at random and kept, so that an address that was given to OBS stays good. */
export function viewKey(): string {
  const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const kept = localStorage.getItem(KEY);
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    localStorage.setItem(KEY, made);
  } catch {
    // a browser that keeps nothing
  }
  return made;
}

/** The address of a page that shows what this one shows. Its secrets stand behind `#`, where they go into no log. */
export function viewAddress(
  origin: string, { token, key, size, background, mark }: { token: string | undefined; key: string; size: string; background: string; mark: boolean },
): string {
  const query = ["view", ...(size === "" ? [] : [`size=${size}`, `background=${encodeURIComponent(background)}`]), ...(mark ? [] : ["mark=off"])];
  return `${origin}/?${query.join("&")}#${token === undefined ? "" : `token=${token}&`}key=${key}`;
}
