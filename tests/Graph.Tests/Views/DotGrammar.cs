namespace Evergraph.Graph.Tests.Views;

/// <summary>Graphviz's DOT grammar, as far as a digraph without ports and HTML labels uses it; and no edge to a node that is not declared.</summary>
internal sealed class DotGrammar
{
    private readonly List<string> _tokens;
    private readonly HashSet<string> _nodes = [];
    private readonly List<string> _ends = [];
    private int _at;

    private DotGrammar(List<string> tokens) => _tokens = tokens;

    public static void Check(string text)
    {
        var parser = new DotGrammar(Tokens(text));
        parser.Take("digraph");
        parser.TakeId();
        parser.Block();
        Assert.Equal(parser._tokens.Count, parser._at);
        foreach (string end in parser._ends)
            Assert.Contains(end, parser._nodes);
    }

    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            if (text[i] == '"')
            {
                for (i++; text[i] != '"'; i++)
                {
                    Assert.NotEqual('\0', text[i]);
                    if (text[i] == '\\')
                        i++;
                }

                i++;
            }
            else if (text[i] == '-' && text[i + 1] == '>')
            {
                i += 2;
            }
            else if ("{}[];,=".Contains(text[i], StringComparison.Ordinal))
            {
                i++;
            }
            else
            {
                while (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '.')
                    i++;
                Assert.True(i > start, $"DOT: character {start} is '{text[start]}': expected a word, a number, a quoted text or one of {{}}[];,=");
            }

            tokens.Add(text[start..i]);
        }

        return tokens;
    }

    private void Block()
    {
        Take("{");
        while (!TryTake("}"))
        {
            Statement();
            TryTake(";");
        }
    }

    private void Statement()
    {
        if (TryTake("subgraph"))
        {
            TakeId();
            Block();
            return;
        }

        string id = TakeId();
        if (TryTake("="))
        {
            TakeId();
            return;
        }

        bool isEdge = false;
        while (TryTake("->"))
        {
            _ends.Add(TakeId());
            isEdge = true;
        }

        if (isEdge)
            _ends.Add(id);
        else if (id is not ("node" or "edge" or "graph"))
            _nodes.Add(id);
        while (TryTake("["))
        {
            while (!TryTake("]"))
            {
                TakeId();
                Take("=");
                TakeId();
                if (!TryTake(","))
                    TryTake(";");
            }
        }
    }

    private string TakeId()
    {
        string token = _tokens[_at++];
        Assert.False("{}[];,=".Contains(token, StringComparison.Ordinal) || token == "->", $"DOT: token {_at} is {token}: expected a name");
        return token;
    }

    private void Take(string token) => Assert.Equal(token, _tokens[_at++]);

    private bool TryTake(string token)
    {
        if (_at >= _tokens.Count || _tokens[_at] != token)
            return false;
        _at++;
        return true;
    }
}
