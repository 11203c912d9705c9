"""hashlib.pbkdf2_hmac and hashlib.scrypt."""
import hashlib
def t(f,*a,**k):
    try: r=f(*a,**k); print(r.hex() if isinstance(r,bytes) else r)
    except BaseException as e: print(type(e).__mro__[-4:-2] and [c.__name__ for c in type(e).__mro__ if c.__module__=='builtins'][0], e)
P=hashlib.pbkdf2_hmac
for h in ('md5','sha1','sha224','sha256','sha384','sha512','sha3_224','sha3_256','sha3_384','sha3_512','SHA256','sha-256','sha512_256','blake2b','blake2s','nope','',b'sha1',5):
    t(P,h,b'password',b'salt',3)
t(P,'sha1',b'password',b'salt',1,20); t(P,'sha1',b'password',b'salt',2,50); t(P,'sha1',b'',b'',1)
t(P,'sha1',b'p',b's',0); t(P,'sha1',b'p',b's',-1); t(P,'sha1',b'p',b's',2**31); t(P,'sha1',b'p',b's',2**70)
t(P,'sha1',b'p',b's',1,0); t(P,'sha1',b'p',b's',1,-1); t(P,'sha1',b'p',b's',1,2**31); t(P,'sha1',b'p',b's',1,2**70); t(P,'sha1',b'p',b's',1,'a'); t(P,'sha1',b'p',b's',1,None)
t(P,'sha1','p',b's',1); t(P,'sha1',b'p','s',1); t(P,'sha1',bytearray(b'p'),memoryview(b's'),1); t(P,'sha1',b'p',b's'); t(P); t(P,hash_name='sha1',password=b'p',salt=b's',iterations=1,dklen=5); t(P,'sha1',b'p',b's','1'); t(P,'sha1',b'p'*200,b's',1,8)
S=hashlib.scrypt
t(S,b'password',salt=b'NaCl',n=1024,r=8,p=16,dklen=64); t(S,b'',salt=b'',n=16,r=1,p=1,dklen=64); t(S,b'a',salt=b'b',n=2,r=1,p=1)
t(S,b'a',salt=b'b',n=2,r=1,p=1,dklen=0); t(S,b'a',salt=b'b',n=2,r=1,p=1,dklen=-1); t(S,b'a',salt=b'b',n=3,r=1,p=1); t(S,b'a',salt=b'b',n=1,r=1,p=1); t(S,b'a',salt=b'b',n=0,r=1,p=1);t(S,b'a',salt=b'b',n=-2,r=1,p=1)
t(S,b'a',salt=b'b',n=2,r=0,p=1); t(S,b'a',salt=b'b',n=2,r=1,p=0); t(S,b'a',salt=b'b',n=2,r=1,p=1,maxmem=-1); t(S,b'a',salt=b'b',n=2,r=1,p=1,maxmem=2**40); t(S,b'a',salt=b'b',n=2**20,r=8,p=1); t(S,b'a',salt=b'b',n=16,r=8,p=1,maxmem=100); t(S,b'a'); t(S,'a',salt=b'',n=2,r=1,p=1); t(S,b'a',salt='',n=2,r=1,p=1); t(S); t(S,b'a',b'b',2,1,1); t(S,b'a',salt=b'b',n=2**14,r=8,p=1,maxmem=2**26,dklen=16); t(S,b'a',salt=b'b',n='2',r=1,p=1); t(S,b'a',salt=b'b',n=2,r=1); t(S,b'a',salt=b'b',n=16,r=2**29,p=2**10)
