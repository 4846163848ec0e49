/**
 * Finds the positions closest to wished ones, by weighted squares, that keep given distances. It is asked once for each rank and
 * sweep, so its arrays are made once.
 */
export class Spreader {
  private readonly mean: Float64Array;
  private readonly mass: Float64Array;
  private readonly size: Int32Array;
  private readonly offset: Float64Array;
  readonly wish: Float64Array;
  readonly weight: Float64Array;

  /** @param most how many positions there are at most. */
  constructor(most: number) {
    this.mean = new Float64Array(most);
    this.mass = new Float64Array(most);
    this.size = new Int32Array(most);
    this.offset = new Float64Array(most);
    this.wish = new Float64Array(most);
    this.weight = new Float64Array(most);
  }

  /**
   * Turns the first `count` wishes into positions with x[i + 1] − x[i] ≥ distance[i]. Pool adjacent violators: neighbours that come
   * too close merge into a block that sits at its mean. Linear time.
   */
  spread(count: number, distance: ArrayLike<number>): Float64Array {
    const { mean, mass, size, offset, wish, weight } = this;
    let blocks = 0;
    for (let i = 0; i < count; i++) {
      // With all distances taken off, the condition is that positions do not decrease.
      offset[i] = i === 0 ? 0 : offset[i - 1] + distance[i - 1];
      let m = wish[i] - offset[i];
      let w = weight[i];
      let n = 1;
      while (blocks > 0 && mean[blocks - 1] > m) {
        blocks--;
        m = (mean[blocks] * mass[blocks] + m * w) / (mass[blocks] + w);
        w += mass[blocks];
        n += size[blocks];
      }
      mean[blocks] = m;
      mass[blocks] = w;
      size[blocks++] = n;
    }
    for (let block = 0, i = 0; block < blocks; block++) for (const end = i + size[block]; i < end; i++) wish[i] = mean[block] + offset[i];
    return wish;
  }
}
