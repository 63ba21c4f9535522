/**
 * How well embeddings tell people apart: the probability that a pair of one person is more alike (cosine) than a pair of two, the area
 * under the ROC curve; 0.5 is chance. NaN without both kinds of pairs.
 *
 * @param embeddings [n, length] row-major; @param people who each shows, [n]
 */
export function verificationArea(embeddings: Float32Array, people: ArrayLike<number>): number {
  const count = people.length, length = embeddings.length / count;
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += embeddings[i * length + k] * embeddings[j * length + k];
    return sum;
  };
  const sizes = Array.from({ length: count }, (_, i) => Math.sqrt(dot(i, i)) || 1);
  const pairs: { same: boolean; alike: number }[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) pairs.push({ same: people[i] === people[j], alike: dot(i, j) / (sizes[i] * sizes[j]) });
  }
  pairs.sort((a, b) => a.alike - b.alike);
  // Mann and Whitney: for every pair of one person how many pairs of two are less alike.
  let different = 0, wins = 0, same = 0;
  for (const pair of pairs) {
    if (!pair.same) different++;
    else {
      same++;
      wins += different;
    }
  }
  return wins / (same * different);
}
