import { validateStructure } from './src/validation/structure.ts'
const t=(n:string,f:()=>unknown)=>{ const m=process.memoryUsage().heapUsed; const r=f(); const s=performance.now(); const i=validateStructure(r); console.log(n,(performance.now()-s).toFixed(1)+'ms',i.length,i[0]?.diagnostics?.slice(0,150),'|',i.at(-1)?.diagnostics?.slice(0,80)) }
t('warm',()=>({resourceType:'Patient',x:1}))
t('valid bare',()=>({resourceType:'Patient'}))
t('1M bad names',()=>({resourceType:'Patient',name:new Array(1e6).fill(1)}))
t('1M bad names obj',()=>({resourceType:'Patient',name:new Array(1e6).fill({a:1})}))
t('1M bad given',()=>({resourceType:'Patient',name:[{given:new Array(1e6).fill(1)}]}))
t('200k names each 1 bad given',()=>({resourceType:'Patient',name:Array.from({length:2e5},()=>({given:[1,2,3]}))}))
t('1M good then bad',()=>({resourceType:'Patient',name:[...new Array(1e6).fill({family:'x'}),1]}))
t('500k keys',()=>({resourceType:'Patient',...Object.fromEntries(Array.from({length:5e5},(_, i)=>['k'+i,1]))}))
for (const s of ['a'.repeat(1e7),'a '.repeat(5e6),'a'.repeat(1e7)+'  ',' '.repeat(1e7)]) { t('lang',()=>({resourceType:'Patient',language:s})); t('uri',()=>({resourceType:'Patient',implicitRules:s})); t('photo',()=>({resourceType:'Patient',photo:[{data:s}]})); t('gender',()=>({resourceType:'Patient',gender:s})); t('oid',()=>({resourceType:'Patient',extension:[{url:s,valueOid:'urn:oid:1'+'.1'.repeat(5e6)+s}]})) ; t('birth',()=>({resourceType:'Patient',birthDate:s,deceasedDateTime:'2020-01-01T10:00:00.'+'1'.repeat(1e7)+s}))}
const deep=(n:number)=>{ let e:any={url:'u',valueString:'x'}; for(let i=0;i<n;i++) e={url:'u',extension:[e]}; return {resourceType:'Patient',extension:[e]} }
for (const n of [200,300,400,500,600,700,800,1000,1500,2000,3000]) t('deep '+n,()=>deep(n))
const q=(n:number)=>{ let e:any={linkId:'x',type:'group'}; for(let i=0;i<n;i++) e={linkId:'x',type:'group',item:[e]}; return {resourceType:'Questionnaire',status:'draft',item:[e]} }
for (const n of [200,500,1000]) t('deepq '+n,()=>q(n))
const b=(n:number)=>{ let e:any={resourceType:'Patient'}; for(let i=0;i<n;i++) e={resourceType:'Bundle',type:'batch',entry:[{resource:e}]}; return e }
for (const n of [100,150,200,300,600,1000]) t('deepb '+n,()=>b(n))
t('deep bad', ()=>{let e:any={url:'u',valueString:1}; for(let i=0;i<1000;i++) e={url:'u',extension:[e]}; return {resourceType:'Patient',extension:[e]}})
