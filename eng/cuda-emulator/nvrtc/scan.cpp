#include "scan.h"

#include <cctype>
#include <cstring>

namespace {
bool isWord(char c) { return std::isalnum((unsigned char)c) || c == '_'; }

// The source with comments, literals and preprocessor lines blanked: same length, same places.
std::string codeOnly(const std::string& source)
{
    std::string code = source;
    bool lineStart = true;
    for (std::size_t i = 0; i < code.size();) {
        std::size_t end = i + 1;
        if (code.compare(i, 2, "//") == 0 || (lineStart && code[i] == '#')) {
            while (end < code.size() && (code[end] != '\n' || code[end - 1] == '\\')) end++;
        } else if (code.compare(i, 2, "/*") == 0) {
            end = code.find("*/", i + 2);
            end = end == std::string::npos ? code.size() : end + 2;
        } else if (code[i] == '"' || (code[i] == '\'' && (i == 0 || !isWord(code[i - 1])))) {
            while (end < code.size() && code[end] != code[i] && code[end] != '\n') end += code[end] == '\\' ? 2 : 1;
            end = end < code.size() ? end + 1 : code.size();
        } else {
            if (code[i] == '\n') lineStart = true;
            else if (!std::isspace((unsigned char)code[i])) lineStart = false;
            i++;
            continue;
        }
        for (; i < end; i++) if (code[i] != '\n') code[i] = ' ';
    }
    return code;
}

std::size_t findWord(const std::string& code, const char* word, std::size_t from)
{
    std::size_t length = std::strlen(word);
    for (std::size_t at = code.find(word, from); at != std::string::npos; at = code.find(word, at + 1))
        if ((at == 0 || !isWord(code[at - 1])) && (at + length >= code.size() || !isWord(code[at + length]))) return at;
    return std::string::npos;
}

std::size_t skipSpaces(const std::string& code, std::size_t i)
{
    while (i < code.size() && std::isspace((unsigned char)code[i])) i++;
    return i;
}

std::size_t skipParentheses(const std::string& code, std::size_t open)
{
    int depth = 0;
    for (std::size_t i = open; i < code.size(); i++) {
        depth += code[i] == '(';
        depth -= code[i] == ')';
        if (depth == 0) return i + 1;
    }
    return code.size();
}

bool isAttribute(const std::string& word)
{
    return word == "__launch_bounds__" || word == "__maxnreg__" || word == "__cluster_dims__" || word == "__attribute__"
        || word == "__align__" || word == "alignas";
}

bool isTemplate(const std::string& code, std::size_t global)
{
    std::size_t begin = global == 0 ? std::string::npos : code.find_last_of(";{}", global - 1);
    begin = begin == std::string::npos ? 0 : begin;
    std::size_t at = findWord(code, "template", begin);
    return at != std::string::npos && at < global;
}
}

std::vector<std::string> kernelNames(const std::string& source)
{
    std::string code = codeOnly(source);
    std::vector<std::string> names;
    for (std::size_t at = findWord(code, "__global__", 0); at != std::string::npos; at = findWord(code, "__global__", at + 1)) {
        std::string word;
        for (std::size_t i = at; i < code.size() && code[i] != ';' && code[i] != '{';) {
            if (isWord(code[i])) {
                std::size_t begin = i;
                while (i < code.size() && isWord(code[i])) i++;
                word = code.substr(begin, i - begin);
            } else if (code[i] == '(') {
                if (!isAttribute(word)) {
                    bool known = false;
                    for (auto& name : names) known |= name == word;
                    if (!known && !isTemplate(code, at)) names.push_back(word);
                    break;
                }
                i = skipParentheses(code, i);
            } else i++;
        }
    }
    return names;
}

std::string rewriteSharedMemory(const std::string& source)
{
    std::string result = source;
    for (std::size_t at = findWord(result, "extern", 0); at != std::string::npos; at = findWord(result, "extern", at + 1)) {
        std::size_t i = skipSpaces(result, at + 6);
        if (result.compare(i, 10, "__shared__") != 0) continue;
        i = skipSpaces(result, i + 10);
        std::size_t typeBegin = i;
        for (bool attribute = true; attribute;) {
            std::size_t end = i;
            while (end < result.size() && isWord(result[end])) end++;
            attribute = isAttribute(result.substr(i, end - i));
            if (attribute) typeBegin = i = skipSpaces(result, skipParentheses(result, skipSpaces(result, end)));
        }
        std::size_t bracket = result.find('[', i);
        if (bracket == std::string::npos || result.find_first_of(";{}", i) < bracket) continue;
        std::size_t nameEnd = bracket;
        while (nameEnd > i && std::isspace((unsigned char)result[nameEnd - 1])) nameEnd--;
        std::size_t nameBegin = nameEnd;
        while (nameBegin > i && isWord(result[nameBegin - 1])) nameBegin--;
        std::size_t close = result.find(']', bracket);
        if (close == std::string::npos || skipSpaces(result, bracket + 1) != close) continue;
        std::string type = result.substr(typeBegin, nameBegin - typeBegin), name = result.substr(nameBegin, nameEnd - nameBegin);
        std::string pointer = "static " + type + "* const " + name + " = (" + type + "*)evergraph_dynamic_shared";
        for (std::size_t k = at; k <= close; k++) if (result[k] == '\n') pointer += '\n'; // keeps the line numbers of errors
        result.replace(at, close + 1 - at, pointer);
    }
    return result;
}
