package streams

// DefinitionsStream is the name of the stream that holds the definitions, as
// positions and cursors have it.
const DefinitionsStream = streamDefinitions
