import type { Batch, Shares, SourceBatch } from "./batch.js";
import type { TermName } from "./lambdas.js";

/**
 * Cuts a batch into parts of nearly equal size, for gradient accumulation. Each part knows which share of the whole batch's loss its own is:
 * the losses are means, over pictures or over what counts in them, so the shares of every term add up to the big batch's term exactly.
 *
 * @throws RangeError when there are more parts than pictures
 */
export function splitBatch<B extends SourceBatch>(batch: B, parts: number): B[] {
  if (!(parts >= 1 && parts <= batch.size)) throw new RangeError(`Expected 1 to ${batch.size} parts but received ${parts}`);
  if (parts === 1) return [batch];
  return Array.from({ length: parts }, (_, i) => {
    const from = Math.floor((i * batch.size) / parts), to = Math.floor(((i + 1) * batch.size) / parts);
    const cut = Object.entries(batch).flatMap(([name, data]: [string, unknown]) => {
      if (!(data instanceof Float32Array)) return [];
      const each = data.length / batch.size;
      return [[name, data.subarray(from * each, to * each)]];
    });
    const part = { ...batch, ...Object.fromEntries(cut) as object, size: to - from };
    return { ...part, shares: sharesOf(part, batch) };
  });
}

function sharesOf(part: SourceBatch & Partial<Batch>, whole: SourceBatch & Partial<Batch>): Shares {
  const pictures = part.size / whole.size;
  const shares: { pictures: number } & Partial<Record<TermName, number>> = { pictures };
  const counted = (name: "labels" | "pointWeights" | "stillWeights") => (whole[name] ? Math.max(1, sum(part[name]!)) / Math.max(1, sum(whole[name])) : pictures);
  shares.attention = counted("labels"); // L_a: the mean over rows that show one of the six
  shares.flow = counted("pointWeights"); // the mean over landmarks inside the crop
  shares.still = counted("stillWeights");
  const inside = ({ pointWeights }: Partial<Batch>) => Math.max(1, pointWeights!.filter((weight) => weight > 0).length);
  if (whole.pointWeights) shares.folds = inside(part) / inside(whole);
  if (whole.regions) shares.painted = shares.moved = shares.edges = sum(part.regions!) / sum(whole.regions); // L_rec: divided by the mean weight
  return shares;
}

function sum(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
