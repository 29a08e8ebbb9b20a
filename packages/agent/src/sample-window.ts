/** The last `size` values, oldest first (H4: windows of 100 calls). */
export class SampleWindow {
  readonly #values: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  push(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  values(): number[] {
    const size = this.#values.length;
    if (this.#count <= size) return Array.from(this.#values.subarray(0, this.#count));
    const start = this.#count % size;
    return [...this.#values.subarray(start), ...this.#values.subarray(0, start)];
  }
}
