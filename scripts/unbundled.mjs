/** Packages that the bundle leaves outside: one brings a native part, the others are required when they are first needed. */
export const unbundled = ['classic-level', 'yaml', 'jsonrepair'];
