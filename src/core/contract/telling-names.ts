// Column names that sound like a person's data. A hint for people, never a decision.
const tellingNames =
  /^(ssn|social_security.*|mrn|passport.*|.*(first|last|given|family|maiden|middle)_?name|first|last|given|family|.*birth_?(date|day)|dob|.*phone.*|.*email.*|.*address.*|zip.*|postcode)$/i

export const soundsPersonal = (name: string): boolean => tellingNames.test(name)
