namespace PoshAcmeSharp.Acme;

/// <summary>One link of Link headers (RFC 8288 section 3).</summary>
/// <param name="Target">The target, made absolute.</param>
/// <param name="Relations">The relation types, lower case.</param>
internal sealed record LinkHeader(Uri Target, IReadOnlyList<string> Relations)
{
    /// <summary>Reads Link headers; what cannot be read is passed over (RFC 8288 appendix B).</summary>
    /// <param name="values">The header lines.</param>
    /// <param name="baseUri">What relative targets are relative to.</param>
    public static IReadOnlyList<LinkHeader> Parse(IEnumerable<string> values, Uri baseUri)
    {
        var links = new List<LinkHeader>();
        foreach (var value in values)
        {
            var position = 0;
            while (position < value.Length)
            {
                var open = value.IndexOf('<', position);
                var close = open < 0 ? -1 : value.IndexOf('>', open);
                if (close < 0)
                {
                    break;
                }

                var relations = ReadRelations(value, close + 1, out position);
                if (relations.Count > 0 && Uri.TryCreate(baseUri, value.Substring(open + 1, close - open - 1).Trim(), out var target))
                {
                    links.Add(new LinkHeader(target, relations));
                }
            }
        }

        return links;
    }

    /// <summary>Reads the parameters of one link up to the comma that ends it; the first <c>rel</c> counts.</summary>
    private static IReadOnlyList<string> ReadRelations(string text, int start, out int end)
    {
        IReadOnlyList<string>? relations = null;
        var position = start;
        while (position < text.Length && text[position] != ',')
        {
            if (text[position] is ';' or ' ' or '\t')
            {
                position++;
                continue;
            }

            var name = ReadUntil(text, ref position, '=', ';', ',').Trim();
            var value = string.Empty;
            if (position < text.Length && text[position] == '=')
            {
                position++;
                value = ReadValue(text, ref position);
            }

            if (relations is null && string.Equals(name, "rel", StringComparison.OrdinalIgnoreCase))
            {
                relations = value.ToLowerInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            }
        }

        end = position + 1;
        return relations ?? [];
    }

    private static string ReadValue(string text, ref int position)
    {
        while (position < text.Length && text[position] is ' ' or '\t')
        {
            position++;
        }

        if (position >= text.Length || text[position] != '"')
        {
            return ReadUntil(text, ref position, ';', ',').Trim();
        }

        var value = new System.Text.StringBuilder();
        for (position++; position < text.Length && text[position] != '"'; position++)
        {
            if (text[position] == '\\' && position + 1 < text.Length)
            {
                position++;
            }

            value.Append(text[position]);
        }

        position++;
        return value.ToString();
    }

    private static string ReadUntil(string text, ref int position, params char[] stops)
    {
        var start = position;
        position = text.IndexOfAny(stops, start);
        if (position < 0)
        {
            position = text.Length;
        }

        return text.Substring(start, position - start);
    }
}
