/** Keys for an organization's reports, which answer no messages; other keys read no reports. */
export function isAdminKey(key: string): boolean {
  return /^sk-(ant-)?admin/.test(key);
}
