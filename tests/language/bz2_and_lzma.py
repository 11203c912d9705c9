"""The modules bz2 and lzma: formats, filters, errors, output in pieces."""
import lzma,_lzma,bz2
def t(f,*a,**k):
    try: print(f(*a,**k))
    except BaseException as e: print(type(e).__name__, type(e).__module__, e)
for pr in (-1,2**31,2**32,2**70,'a',10,9|1<<31, 1.5):
    t(lambda: lzma.LZMACompressor(preset=pr).flush()[:3])
for f in ({}, [], (), 'a', 5, [1], [{}], [{'id':99}], [{'id':'a'}],[{'id':-1}],[{'id':2**64}],[{'id':3,'dist':0}],[{'id':3,'dist':2**32}],[{'id':3,'x':0}],[{'id':33}]*5,[{'id':33,'preset':11}],[{'id':33,'lc':9}],[{'id':4,'start_offset':3}],[{'id':33,3:4}], [{'id':33,'mode':7}],[{'id':0x4000000000000001}],[{'id':3},{'id':33}]):
    for fmt in (0,1,2,3,4):
        t(lambda: (fmt,lzma.LZMACompressor(format=fmt,filters=f) and 1))
        t(lambda: (fmt,lzma.LZMADecompressor(format=fmt,filters=f) and 1))
t(lzma.LZMADecompressor,memlimit=-1); t(lzma.LZMADecompressor,3,5); t(lzma.LZMADecompressor,memlimit='a')
t(lzma.LZMACompressor,1,99); t(lzma.LZMACompressor,1,-2); t(lzma.LZMACompressor,2,1);t(lzma.LZMACompressor,2,-1,3,[])
for i in (-1,0,1,4,10,15,16,99,2**31): t(lzma.is_check_supported,i)
t(lambda: lzma.LZMADecompressor().decompress(b'abcdefghijklmnopqrst'))
x=lzma.compress(b'abc'*100)
d=lzma.LZMADecompressor()
t(d.decompress,x[:10]); print(d.check,d.eof,d.needs_input)
t(d.decompress,x[10:],5); print(d.check,d.eof,d.needs_input,d.unused_data)
t(d.decompress,b'',-1); print(d.check,d.eof,d.needs_input,d.unused_data)
t(d.decompress,b'q'); t(d.decompress,'q'); t(d.decompress)
c=lzma.LZMACompressor(); c.flush(); t(c.flush); t(c.compress,b''); t(c.compress,5)
for i in (3,4,33,0x4000000000000001,9,99,-1):
    for p in (b'',b'\0',b'\1\2\3\4',b'\x5d\0\0\x80\0'):
        t(_lzma._decode_filter_properties,i,p)
for f in ({'id':33},{'id':3,'dist':5},{'id':0x4000000000000001,'lc':1},{'id':4},{'id':4,'start_offset':16},{},5,{'id':33,'dict_size':1}): t(_lzma._encode_filter_properties,f)
for l in (0,10,-1,'a',2**40,5): t(lambda: bz2.BZ2Compressor(l).flush())
t(bz2.BZ2Compressor,compresslevel=3); t(bz2.BZ2Compressor,1,2)
data = bytes.fromhex("425a6839314159265359000000000000007fffff000000000000000000000000" "00000000000000000000000000000000000000e0370000000000000000000000" "000000000000000000000000000000000000000000000000000083f3")
d=bz2.BZ2Decompressor(); t(d.decompress,data); print(d.eof,d.needs_input,d.unused_data); t(d.decompress,b'0'*18)
d=lzma.LZMADecompressor(); t(d.decompress,b'x'*100); print(d.eof,d.needs_input,d.unused_data); t(d.decompress,b'0'*18)
import pickle
for o in (bz2.BZ2Compressor(),bz2.BZ2Decompressor(),lzma.LZMACompressor(),lzma.LZMADecompressor()):
    for p in range(4): t(pickle.dumps,o,p)
y=bz2.compress(b'abc'*100000); d=bz2.BZ2Decompressor(); print(len(d.decompress(y,10)),d.needs_input,len(d.decompress(b'',10**9)),d.eof,d.unused_data)
print(bz2.compress(b''),bz2.decompress(bz2.compress(b'')),lzma.decompress(lzma.compress(b'')), bz2.compress(b'hello'*100,1), lzma.compress(b'hello'*100), lzma.compress(b'hello'*100,2,preset=1))
class B:
    def __buffer__(s,f): 
        try: d2.decompress(b'')
        except EOFError: pass
        return memoryview(b'')
d2=bz2.BZ2Decompressor(); t(d2.decompress,B())
