/** Rounds after which Jacobi's method has long converged for four rows, and what is left beside the diagonal then. */
const SWEEPS = 24, NOTHING = 1e-30;

/**
 * The eigenvector of a symmetric matrix that belongs to its largest eigenvalue, by Jacobi's rotations.
 *
 * @param matrix [n, n] row by row; it is changed
 * @param n rows
 * @returns the eigenvalue, and the vector of length 1
 */
export function largestEigenvector(matrix: Float64Array, n: number): { value: number; vector: Float64Array } {
  const vectors = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let beside = 0, all = 0;
    for (let p = 0; p < n; p++) {
      for (let q = 0; q < n; q++) {
        all += matrix[p * n + q] ** 2;
        if (p !== q) beside += matrix[p * n + q] ** 2;
      }
    }
    if (beside <= NOTHING * all) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(matrix, vectors, n, p, q);
  }
  let best = 0;
  for (let k = 1; k < n; k++) if (matrix[k * (n + 1)] > matrix[best * (n + 1)]) best = k;
  return { value: matrix[best * (n + 1)], vector: Float64Array.from({ length: n }, (_, k) => vectors[k * n + best]) };
}

/** Turns rows and columns p and q so that their common entry becomes 0. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const off = matrix[p * n + q];
  if (off === 0) return;
  const theta = (matrix[q * (n + 1)] - matrix[p * (n + 1)]) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1)), c = 1 / Math.hypot(t, 1), s = t * c;
  const turn = (values: Float64Array, i: number, j: number) => {
    const x = values[i], y = values[j];
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(matrix, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(matrix, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}
