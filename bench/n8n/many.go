package main

// manyWorkflow makes as many items as it is asked for with code, sets a field on
// each, and answers with the first.
var manyWorkflow = []byte(`{"name":"Many items","nodes":[
 {"id":"1","name":"Webhook","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"many","position":[0,0],
  "parameters":{"httpMethod":"POST","path":"many","responseMode":"lastNode","options":{}}},
 {"id":"2","name":"Make","type":"n8n-nodes-base.code","typeVersion":2,"position":[200,0],
  "parameters":{"jsCode":"const out = [];\nfor (let i = 0; i < $json.body.n; i++) out.push({ json: { i, s: 'x'.repeat(100) } });\nreturn out;"}},
 {"id":"3","name":"Set","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[400,0],
  "parameters":{"assignments":{"assignments":[{"id":"a","name":"f1","value":"={{ $json.i }}-x","type":"string"}]},"includeOtherFields":true,"options":{}}},
 {"id":"4","name":"Limit","type":"n8n-nodes-base.limit","typeVersion":1,"position":[600,0],"parameters":{}}],
 "connections":{"Webhook":{"main":[[{"node":"Make","type":"main","index":0}]]},"Make":{"main":[[{"node":"Set","type":"main","index":0}]]},
  "Set":{"main":[[{"node":"Limit","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"}}`)
