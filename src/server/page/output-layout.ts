/** A picture of a fixed size: what is shown lies in it as large as it fits. */
export interface OutputLayout {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** What is around it: a CSS colour, `blur` (the picture itself, blurred) or `transparent`. */
  readonly background: string;
}

/** Pixels: shorter sides say nothing, longer ones no browser encodes. */
const LEAST = 64, MOST = 3840;

/** The layout that a size such as `1280x720` asks for; undefined: the picture as it is. @param isColor whether a text is a CSS colour */
export function parseLayout(size: string | null | undefined, background: string | null | undefined, isColor: (text: string) => boolean): OutputLayout | undefined {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(size ?? "")?.map(Number) ?? [];
  if (!width || !height || Math.min(width, height) < LEAST || Math.max(width, height) > MOST) return undefined;
  const known = background === "blur" || background === "transparent" || (background && isColor(background));
  return { width, height, background: known ? background! : "#000" };
}

/** Where the picture lies in a layout, as large as it fits. Pixels. */
export function placeIn({ width, height }: Pick<OutputLayout, "width" | "height">, picture: { readonly width: number; readonly height: number }): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(width / picture.width, height / picture.height), w = Math.round(picture.width * scale), h = Math.round(picture.height * scale);
  return { x: Math.round((width - w) / 2), y: Math.round((height - h) / 2), width: w, height: h };
}
