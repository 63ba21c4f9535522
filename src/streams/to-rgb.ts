import { needsMapping, type Colours } from "./screen-map.js";
import type { ColourMatrix } from "./video-info.js";

/*
 * ffmpeg's quick conversions between YUV and RGB round down. Measured on a 512×512 photo, there and back: quick 1.4/255 mean error and
 * 1.3 darker, exact .47 and .1; decoding a frame exactly takes about 3 ms longer (one core), encoding about half a millisecond.
 */
const EXACT = "flags=bicubic+accurate_rnd+full_chroma_int";
const QUICK = "flags=bicubic";

/**
 * The filter that maps colours. It is a part of every ffmpeg; zscale is not, its gamma of HLG differs between versions by 20 levels, and it
 * takes three times as long.
 */
export const MAPPER = "lut3d";

/**
 * The sentence for the user about colours that are not a screen's own.
 * @param filters those of the ffmpeg at hand
 */
export function colourNote(colours: Colours, label: string, filters: ReadonlySet<string>): string | undefined {
  if (!needsMapping(colours)) return undefined;
  const { transfer } = colours, kind = transfer === undefined ? "of a wide gamut" : `HDR (${transfer.toUpperCase()})`;
  if (!filters.has(MAPPER)) return `\`${label}\` is ${kind}, which this ffmpeg cannot convert (it has no ${MAPPER}): its colours come out pale; name an ffmpeg that has it (FFMPEG_PATH).`;
  return `\`${label}\` is ${kind}: its colours are converted to those of SDR (BT.709).`;
}

/** How pictures become RGB. */
export interface ToRgb {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly matrix: ColourMatrix | undefined;
  /** Whether colours may be off by a level or two. */
  readonly quick: boolean;
  /** The file with the table that maps their colours; none where they are a screen's own. */
  readonly cube: string | undefined;
}

/** The filter from an input's pictures to RGB of a screen (BT.709, full range). */
export function toRgb({ width, height, matrix, quick, cube }: ToRgb): string {
  const scaled = `scale=${width}:${height}${matrix === undefined ? "" : `:in_color_matrix=${matrix}`}:out_range=pc:${quick && cube === undefined ? QUICK : EXACT}`;
  return cube === undefined ? scaled : `${scaled},format=gbrp16le,${MAPPER}=file=${filterValue(cube)}:interp=tetrahedral,format=gbrp`;
}

/** A text as a filter's option, whatever is in it: it is read once as an option's value, and before that as a part of the chain. */
function filterValue(text: string): string {
  return text.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
}
