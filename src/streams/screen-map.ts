/** Three values of a pixel: red, green, blue. */
export type Triple = readonly [number, number, number];

/** How numbers stand for colours where they do not as on a screen of BT.709. */
export interface Colours {
  /** How HDR writes light: SMPTE ST 2084, or ARIB STD-B67; undefined for SDR. */
  readonly transfer: "pq" | "hlg" | undefined;
  /** Which red, green and blue colours are mixed of; undefined for those of BT.709 and such as are close to them. */
  readonly primaries: "bt2020" | "p3" | undefined;
}

/**
 * White of an SDR screen in HDR, and what HDR is graded for at most, both in cd/m² (ITU-R BT.2408). Brighter light is clipped. Both are
 * fixed, whatever a file says of its own peak: its parts are to look alike.
 */
const WHITE = 203, PEAK = 1000;
/** Light up to this share of white stays as it is, faces among it; what is brighter is pressed into the rest. */
const KNEE = 0.5;

/** From linear light of other primaries to that of BT.709; all have the white D65 (ITU-R BT.2087, SMPTE EG 432-1). */
const TO_BT709: Readonly<Record<"bt2020" | "p3", readonly Triple[]>> = {
  bt2020: [[1.660491, -0.587641, -0.07285], [-0.12455, 1.1329, -0.008349], [-0.018151, -0.100579, 1.11873]],
  p3: [[1.22494, -0.22494, 0], [-0.042057, 1.042057, 0], [-0.019638, -0.078636, 1.098274]],
};

/** ITU-R BT.2100, table 4: PQ's code to cd/m². */
function pqLight(code: number): number {
  const power = code ** (32 / 2523), c1 = 3424 / 4096, c2 = 2413 / 128, c3 = 2392 / 128;
  return 10_000 * (Math.max(0, power - c1) / (c2 - c3 * power)) ** (16384 / 2610);
}

/** ITU-R BT.2100, table 5: HLG's code to the scene's light, 0…1. */
function hlgScene(code: number): number {
  const a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * Math.log(4 * a);
  return code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - c) / a) + b) / 12;
}

/** What an HLG scene's light is multiplied by to be that of a screen of {@link PEAK}, whose gamma is 1.2; 1 is white. */
function hlgScreen([r, g, b]: Triple): number {
  return (PEAK / WHITE) * (0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2;
}

/** Codes come again and again: a function that works each out once. */
function remembered(work: (code: number) => number): (code: number) => number {
  const known = new Map<number, number>();
  return (code) => {
    let value = known.get(code);
    if (value === undefined) known.set(code, value = work(code));
    return value;
  };
}

/** A factor for light whose strongest channel is so bright: a curve (Möbius) that leaves the knee with its slope and reaches 1 at the peak. */
function toneFactor(brightest: number): number {
  if (brightest <= KNEE) return 1;
  const peak = PEAK / WHITE, below = KNEE * KNEE - 2 * KNEE + peak;
  const a = (-KNEE * KNEE * (peak - 1)) / below, b = (KNEE * KNEE - 2 * KNEE * peak + peak) / (peak - 1);
  const mapped = ((b * b + 2 * b * KNEE + KNEE * KNEE) / (b - a)) * ((brightest + a) / (brightest + b));
  return Math.min(1, mapped) / brightest;
}

/** Whether colours are not a screen's own already. */
export function needsMapping({ transfer, primaries }: Colours): boolean {
  return transfer !== undefined || primaries !== undefined;
}

/**
 * A function from R′G′B′ codes 0…1 to those of a screen of BT.709, 0…1: HDR is tone-mapped, with its hues kept; colours that a screen
 * cannot show are clipped.
 * @param gamma of the screen: 2.4 for video (ITU-R BT.1886), 2.2 for photos
 */
export function screenMap({ transfer, primaries }: Colours, gamma: number): (code: Triple) => Triple {
  const rows = primaries && TO_BT709[primaries], code = (light: number) => Math.min(1, Math.max(0, light) ** (1 / gamma));
  const light = remembered(transfer === "pq" ? (value) => pqLight(value) / WHITE : transfer === "hlg" ? hlgScene : (value) => value ** gamma);
  return ([r, g, b]) => {
    let lit: Triple = [light(r), light(g), light(b)];
    if (transfer === "hlg") lit = scaled(lit, hlgScreen(lit));
    if (rows) lit = rows.map(([x, y, z]) => x * lit[0] + y * lit[1] + z * lit[2]) as unknown as Triple;
    if (transfer) lit = scaled(lit, toneFactor(Math.max(...lit)));
    return [code(lit[0]), code(lit[1]), code(lit[2])];
  };
}

function scaled([r, g, b]: Triple, by: number): Triple {
  return [by * r, by * g, by * b];
}
