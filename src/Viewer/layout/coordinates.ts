/**
 * The positions closest to the wished ones, by weighted squares, that keep the given distances: x[i + 1] − x[i] ≥ distance[i].
 * Pool adjacent violators: neighbours that come too close merge into a block that sits at its mean. Linear time.
 */
export function spread(wish: number[], weight: number[], distance: number[]): number[] {
  const count = wish.length;
  // With all distances taken off, the condition is that positions do not decrease.
  const offset = new Float64Array(count);
  for (let i = 1; i < count; i++) offset[i] = offset[i - 1] + distance[i - 1];
  const mean: number[] = [];
  const mass: number[] = [];
  const size: number[] = [];
  for (let i = 0; i < count; i++) {
    let m = wish[i] - offset[i];
    let w = weight[i];
    let n = 1;
    while (mean.length > 0 && mean[mean.length - 1] > m) {
      const above = mass.pop()!;
      m = (mean.pop()! * above + m * w) / (above + w);
      w += above;
      n += size.pop()!;
    }
    mean.push(m);
    mass.push(w);
    size.push(n);
  }
  const positions: number[] = [];
  mean.forEach((m, block) => {
    for (let i = 0; i < size[block]; i++) positions.push(m + offset[positions.length]);
  });
  return positions;
}
