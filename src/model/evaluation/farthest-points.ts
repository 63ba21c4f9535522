/**
 * Picks points that are as different as possible (Gonzalez 1985): the first one, then again and again the one that is farthest from all
 * that were picked.
 *
 * @param points vectors of one length
 * @param count how many
 * @param least none is picked that is no farther than this from one that was
 * @returns their numbers, in the order they were picked; fewer when there are fewer different points
 */
export function farthestPoints(points: readonly ArrayLike<number>[], count: number, least = 0): number[] {
  if (points.length === 0 || count < 1) return [];
  const picked = [0];
  const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let sum = 0;
    for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
    return Math.sqrt(sum);
  };
  const nearest = points.map((point) => distance(point, points[0]));
  while (picked.length < count) {
    const next = nearest.reduce((best, value, i) => (value > nearest[best] ? i : best), 0);
    if (!(nearest[next] > least)) break;
    picked.push(next);
    points.forEach((point, i) => { nearest[i] = Math.min(nearest[i], distance(point, points[next])); });
  }
  return picked;
}
