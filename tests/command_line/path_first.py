import sys, os
print(os.path.basename(sys.path[0]))
import arguments
