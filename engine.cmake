set(LLAMA_BUILD_COMMON OFF)  # llama.cpp's helper library: most of the build, and Python never loads it
