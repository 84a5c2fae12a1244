/** What a spreadsheet takes for a formula's beginning, also in the wide forms of East Asian keyboards. */
const FORMULA = /(^|[;,|\t\r\n])([\s"]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
/** Excel drops these at the beginning of a cell, with what is before a formula. */
const DROPPED = /^(?=[\t\r])/;

/**
 * A text for a cell of a CSV file that no spreadsheet runs: an apostrophe comes before what would be taken
 * for a formula. Also within the text, after each character that another country's spreadsheet parts cells
 * by: there, the file's own quotes do not hold it together.
 */
export function csvText(text: string): string {
  return text.replace(FORMULA, "$1$2'").replace(DROPPED, "'");
}
