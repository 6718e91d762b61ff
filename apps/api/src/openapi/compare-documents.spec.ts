import { differences } from './compare-documents.js';

const jobs = { get: { summary: 'List' }, post: { summary: 'Add' } };

describe('differences', () => {
  it('finds none between equal documents, whatever their order', () => {
    const a = { paths: { '/a': { get: {} }, '/b': { get: {} } } };
    const b = { paths: { '/b': { get: {} }, '/a': { get: {} } } };
    expect(differences(a, b)).toEqual([]);
  });

  it('names operations and schemas that came, went or changed', () => {
    const before = {
      paths: { '/jobs': jobs, '/old': { get: {} } },
      components: { schemas: { Job: { type: 'object' } } },
    };
    const after = {
      paths: { '/jobs': { ...jobs, get: { summary: 'List jobs' } }, '/new': { put: {} } },
      components: { schemas: { Job: { type: 'object', required: ['id'] }, Page: {} } },
    };
    expect(differences(before, after)).toEqual(
      ['+ PUT /new', '+ schema Page', '- GET /old', '~ GET /jobs', '~ schema Job'].sort((a, b) =>
        a.slice(2) < b.slice(2) ? -1 : 1,
      ),
    );
  });

  it('names what is neither', () => {
    expect(differences({}, { info: { title: 'Media Inbox' } })).toEqual(['~ title, version or security']);
  });

  it('takes everything for new when there was nothing', () => {
    expect(differences({}, { paths: { '/jobs': jobs } })).toEqual(['+ GET /jobs', '+ POST /jobs']);
  });
});
