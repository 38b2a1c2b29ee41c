// opossum ships no types, and the published ones lag behind; tripwire.ts says what it uses.
declare module 'opossum';
