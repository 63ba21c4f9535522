import type { ExpressionBasis } from "../synthesis/expression-basis.js";
import { loadPackagedBasis } from "../synthesis/packaged-basis.js";

let basis: Promise<ExpressionBasis> | undefined;

/** The package's face basis, read once however many rigs there are. @throws ReenactError MODEL_MISSING or MODEL_CORRUPT */
export function sharedBasis(): Promise<ExpressionBasis> {
  basis ??= loadPackagedBasis();
  basis.catch(() => { basis = undefined; });
  return basis;
}
