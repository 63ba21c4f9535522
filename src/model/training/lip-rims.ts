/** The inner rim of the lips: landmarks of its upper half and of its lower half, corner to corner, the same way, each above its opposite. */
export const UPPER_RIM = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
export const LOWER_RIM = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];
