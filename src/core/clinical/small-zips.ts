// Three-digit ZIP areas of 20,000 people or fewer, whose digits may not be told (45 CFR 164.514(b)(2)(i)(B)). The areas of the
// guidance of the US Department of Health and Human Services (census of 2000) and those by the census of 2010, together: an
// area that was small in either is not told.
export const smallZipAreas: readonly string[] = [
  '036',
  '059',
  '063',
  '102',
  '203',
  '205',
  '369',
  '556',
  '692',
  '753',
  '772',
  '790',
  '821',
  '823',
  '830',
  '831',
  '878',
  '879',
  '884',
  '890',
  '893',
]
