/**
 * Settings of the product in this test file beyond those all of them share. Before its first request: it
 * reads them once.
 */
export function productWith(settings: Record<string, string>): void {
  Object.assign(process.env, settings);
}
