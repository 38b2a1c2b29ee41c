// opossum ships no types, and the published ones lag behind; verdict.ts says what it uses.
declare module 'opossum';
