const express = require('express');
const own = require('express-breakwater');
const ownTesting = require('express-breakwater/testing');
const { runScenario } = require('../scenario.cjs');

const main = async () => {
  const { default: _whole, 'module.exports': _same, ...other } = await import('express-breakwater');
  const otherTesting = await import('express-breakwater/testing');
  await runScenario({ express, own, other, ownTesting, otherTesting, require });
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
