/** A mesh as a graph: for every vertex its neighbours and the lengths of the edges to them. */
export type MeshGraph = readonly { readonly to: number; readonly length: number }[][];

/**
 * @param vertices [n, 3]
 * @param triangles [m, 3] vertices
 */
export function meshGraph(vertices: ArrayLike<number>, triangles: ArrayLike<number>): MeshGraph {
  const neighbours = Array.from({ length: vertices.length / 3 }, () => new Map<number, number>());
  const connect = (a: number, b: number): void => {
    const length = Math.hypot(...[0, 1, 2].map((c) => vertices[3 * a + c] - vertices[3 * b + c]));
    neighbours[a].set(b, length);
    neighbours[b].set(a, length);
  };
  for (let i = 0; i < triangles.length; i += 3) {
    connect(triangles[i], triangles[i + 1]);
    connect(triangles[i + 1], triangles[i + 2]);
    connect(triangles[i + 2], triangles[i]);
  }
  return neighbours.map((edges) => Array.from(edges, ([to, length]) => ({ to, length })));
}

/**
 * Shortest way along the edges from the nearest of `sources` to every vertex, in the unit of the mesh (Dijkstra 1959; the linear
 * search for the next vertex is fast enough for a face). Vertices that cannot be reached are at Infinity.
 */
export function geodesicDistances(graph: MeshGraph, sources: readonly number[]): Float64Array {
  const distance = new Float64Array(graph.length).fill(Infinity);
  const done = new Uint8Array(graph.length);
  for (const source of sources) distance[source] = 0;
  for (;;) {
    let nearest = -1;
    for (let i = 0; i < graph.length; i++) {
      if (!done[i] && distance[i] < (nearest < 0 ? Infinity : distance[nearest])) nearest = i;
    }
    if (nearest < 0) return distance;
    done[nearest] = 1;
    for (const { to, length } of graph[nearest]) distance[to] = Math.min(distance[to], distance[nearest] + length);
  }
}
