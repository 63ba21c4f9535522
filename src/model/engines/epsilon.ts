/** What keeps roots and ratios smooth at 0; one value for all interpreters, so that they agree. */
export const ROOT_EPSILON = 1e-3;

/** Added to variances by instance normalisation. */
export const NORM_EPSILON = 1e-5;
