// The emulated NVRTC: g++ compiles a CUDA source, with device/*.h in front of it, to a shared library.
#include "scan.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))
extern char** environ;

namespace {
enum Result {
    NVRTC_SUCCESS, NVRTC_ERROR_OUT_OF_MEMORY, NVRTC_ERROR_PROGRAM_CREATION_FAILURE, NVRTC_ERROR_INVALID_INPUT,
    NVRTC_ERROR_INVALID_PROGRAM, NVRTC_ERROR_INVALID_OPTION, NVRTC_ERROR_COMPILATION, NVRTC_ERROR_BUILTIN_OPERATION_FAILURE,
};

struct Program {
    std::string source, name, log, binary;
    std::vector<std::pair<std::string, std::string>> headers;
};

std::string folderOfThisLibrary()
{
    Dl_info info;
    if (!dladdr((void*)&folderOfThisLibrary, &info)) return ".";
    std::string path = info.dli_fname;
    auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

bool startsWith(const std::string& text, const char* prefix) { return text.compare(0, std::strlen(prefix), prefix) == 0; }

// Options of NVRTC that mean something to g++ are passed on; known ones that do not are dropped; others are refused.
bool translate(int count, const char* const* options, std::vector<std::string>& arguments, std::string& log)
{
    static const char* const ignored[] = {
        "--gpu-architecture", "-arch", "--use_fast_math", "-use_fast_math", "--fmad", "-fmad", "--ftz", "-ftz", "--prec-", "-prec-",
        "--generate-line-info", "-lineinfo", "--maxrregcount", "-maxrregcount", "--ptxas-options", "-Xptxas", "--device-as-default-execution-space",
        "-default-device", "--extra-device-vectorization", "-extra-device-vectorization", "--restrict", "-restrict", "--disable-warnings", "-w",
        "--dopt", "-dopt", "--device-debug", "-G", "--minimal", "-minimal", "--split-compile", "-split-compile", "--diag-", "-diag-",
        "--no-source-include", "-no-source-include", "--relocatable-device-code", "-rdc", "--device-int128", "-device-int128",
        "--modify-stack-limit", "-modify-stack-limit", "--no-cache", "-no-cache", "--time", "-time", "--builtin-",
    };
    std::string standard = "-std=c++17", architecture = "900";
    for (int i = 0; i < count; i++) {
        std::string option = options[i];
        auto equals = option.find('=');
        std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
        bool architectureOption = startsWith(option, "--gpu-architecture") || startsWith(option, "-arch");
        if (architectureOption && value.empty() && i + 1 < count) value = options[++i];
        if (architectureOption) {
            architecture.clear();
            for (char c : value) if (c >= '0' && c <= '9') architecture += c;
            architecture += "0";
            continue;
        }
        if (startsWith(option, "--std=") || startsWith(option, "-std=")) { standard = "-std=" + value; continue; }
        if (startsWith(option, "--define-macro=")) { arguments.push_back("-D" + value); continue; }
        if (startsWith(option, "--undefine-macro=")) { arguments.push_back("-U" + value); continue; }
        if (startsWith(option, "--include-path=")) { arguments.push_back("-I" + value); continue; }
        if (startsWith(option, "-D") || startsWith(option, "-I") || startsWith(option, "-U")) {
            arguments.push_back(option);
            if (option.size() == 2 && i + 1 < count) arguments.push_back(options[++i]);
            continue;
        }
        bool known = false;
        for (auto* prefix : ignored) known |= startsWith(option, prefix);
        if (!known) {
            log = "nvrtc: error: unrecognized option " + option + " found\n";
            return false;
        }
    }
    arguments.push_back(standard);
    arguments.push_back("-D__CUDA_ARCH__=" + architecture);
    return true;
}

std::string readAll(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void writeAll(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string compilerName()
{
    const char* chosen = std::getenv("EVERGRAPH_EMULATOR_CXX");
    return chosen ? chosen : "g++";
}

// Runs the compiler with its messages in a file; whether it said that all went well.
bool run(const std::vector<std::string>& arguments, const std::string& log, std::string& failure)
{
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t child;
    int error = posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) { failure = "nvrtc emulator: cannot start " + arguments[0] + ": " + std::strerror(error) + "\n"; return false; }
    int status = 0;
    pid_t waited;
    do waited = waitpid(child, &status, 0); while (waited < 0 && errno == EINTR);
    return waited == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string unit(const Program& program)
{
    auto names = kernelNames(program.source);
    std::string text = "#include \"evergraph_device.h\"\n#line 1 \"" + program.name + "\"\n" + rewriteSharedMemory(program.source) + "\n";
    text += "#line 1 \"evergraph kernels\"\n";
    for (auto& name : names) text += "EVERGRAPH_KERNEL(" + name + ")\n";
    return text;
}

Result compile(Program& program, std::vector<std::string> options)
{
    const char* temporary = std::getenv("TMPDIR");
    std::string folder = std::string(temporary && *temporary ? temporary : "/tmp") + "/evergraph-emulator-XXXXXX";
    if (!mkdtemp(folder.data())) { program.log = "nvrtc emulator: cannot make a folder " + folder + "\n"; return NVRTC_ERROR_COMPILATION; }
    std::string source = folder + "/kernel.cpp", library = folder + "/kernel.so", log = folder + "/log", here = folderOfThisLibrary();
    writeAll(source, unit(program));
    for (auto& [name, text] : program.headers) writeAll(folder + "/" + name, text);
    // -fwhole-program drops every function that no kernel calls, and with them the need of libcuda (abi.h).
    std::vector<std::string> arguments = {compilerName(), "-x", "c++", "-O1", "-fwhole-program", "-fPIC", "-shared", "-w", "-fno-exceptions", "-fno-rtti",
        "-fno-threadsafe-statics", "-fno-strict-aliasing", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden", "-fmax-errors=20",
        "-fno-diagnostics-show-caret", "-I" + here + "/device", "-I" + folder};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) arguments.insert(arguments.end(), {"-mavx2", "-mfma", "-mf16c"});
#endif
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.insert(arguments.end(), {"-o", library, source, "-nostdlib", "-L" + here, "-Wl,--as-needed", "-l:libcuda.so.1", "-lm", "-lc", "-lgcc"});
    std::string failure;
    bool good = run(arguments, log, failure);
    program.log = failure + readAll(log);
    program.binary = good ? readAll(library) : "";
    for (auto& [name, text] : program.headers) unlink((folder + "/" + name).c_str());
    for (auto& file : {source, library, log}) unlink(file.c_str());
    rmdir(folder.c_str());
    return program.binary.empty() ? NVRTC_ERROR_COMPILATION : NVRTC_SUCCESS;
}
}

EXPORT const char* nvrtcGetErrorString(int result)
{
    static const char* const names[] = {"NVRTC_SUCCESS", "NVRTC_ERROR_OUT_OF_MEMORY", "NVRTC_ERROR_PROGRAM_CREATION_FAILURE", "NVRTC_ERROR_INVALID_INPUT",
        "NVRTC_ERROR_INVALID_PROGRAM", "NVRTC_ERROR_INVALID_OPTION", "NVRTC_ERROR_COMPILATION", "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE"};
    return result >= 0 && result <= 7 ? names[result] : "NVRTC_ERROR unknown";
}

EXPORT int nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 0; return NVRTC_SUCCESS; }
static const int architectures[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};
EXPORT int nvrtcGetNumSupportedArchs(int* count) { *count = sizeof architectures / sizeof *architectures; return NVRTC_SUCCESS; }
EXPORT int nvrtcGetSupportedArchs(int* list) { std::memcpy(list, architectures, sizeof architectures); return NVRTC_SUCCESS; }

EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char* name, int headers, const char* const* texts, const char* const* names)
{
    if (!program || !source || headers < 0) return NVRTC_ERROR_INVALID_INPUT;
    *program = new Program{source, name && *name ? name : "default_program", "", "", {}};
    for (int i = 0; i < headers; i++) (*program)->headers.emplace_back(names[i], texts[i]);
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcDestroyProgram(Program** program)
{
    if (!program || !*program) return NVRTC_ERROR_INVALID_PROGRAM;
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCompileProgram(Program* program, int count, const char* const* options)
{
    if (!program) return NVRTC_ERROR_INVALID_PROGRAM;
    std::vector<std::string> arguments;
    if (!translate(count, options, arguments, program->log)) return NVRTC_ERROR_INVALID_OPTION;
    return compile(*program, arguments);
}

// Sizes of texts include the zero at their end; a binary's does not.
EXPORT int nvrtcGetProgramLogSize(Program* program, std::size_t* size) { *size = program->log.size() + 1; return NVRTC_SUCCESS; }
EXPORT int nvrtcGetProgramLog(Program* program, char* log) { std::memcpy(log, program->log.c_str(), program->log.size() + 1); return NVRTC_SUCCESS; }
EXPORT int nvrtcGetCUBINSize(Program* program, std::size_t* size) { *size = program->binary.size(); return NVRTC_SUCCESS; }
EXPORT int nvrtcGetCUBIN(Program* program, char* binary) { std::memcpy(binary, program->binary.data(), program->binary.size()); return NVRTC_SUCCESS; }
EXPORT int nvrtcGetPTXSize(Program* program, std::size_t* size) { return nvrtcGetCUBINSize(program, size); }
EXPORT int nvrtcGetPTX(Program* program, char* binary) { return nvrtcGetCUBIN(program, binary); }
