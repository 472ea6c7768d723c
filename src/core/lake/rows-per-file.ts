/**
 * Rows after which a table's next data file begins: eight row groups. A merge writes the files that it touches anew, so this bounds
 * what one changed row costs; smaller files would cost every reader more.
 */
export const rowsPerFile = 983_040
