import { describe, expect, it } from '@jest/globals';
import * as main from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';

describe('public names', () => {
  it('are these, and a change of them is a change for users', () => {
    expect(Object.keys(main).toSorted()).toMatchSnapshot();
  });

  it('of testing are these', () => {
    expect(Object.keys(testing).toSorted()).toMatchSnapshot();
  });
});
