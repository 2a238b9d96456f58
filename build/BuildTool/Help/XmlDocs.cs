using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Help;

/// <summary>The documentation comments of an assembly, as the compiler writes them.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;
    private readonly Func<string, string?> _nameOfType;

    /// <summary>Takes a documentation file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="nameOfType">Gives the name of the cmdlet that a class is, or null when it is none.</param>
    public XmlDocs(XDocument file, Func<string, string?> nameOfType)
    {
        _members = file.Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);
        _nameOfType = nameOfType;
    }

    /// <summary>Reads an element of a member as paragraphs.</summary>
    /// <param name="member">Such as <c>T:Namespace.Type</c> or <c>P:Namespace.Type.Property</c>.</param>
    /// <param name="element">Such as <c>summary</c>.</param>
    /// <returns>The paragraphs; none when there is no such element.</returns>
    public IReadOnlyList<string> Paragraphs(string member, string element)
        => _members.TryGetValue(member, out var found) && found.Element(element) is { } content ? Paragraphs(content.Nodes()) : [];

    /// <summary>Reads the examples of a type.</summary>
    /// <param name="member">Such as <c>T:Namespace.Type</c>.</param>
    /// <returns>The examples.</returns>
    public IReadOnlyList<ExampleHelp> Examples(string member)
        => !_members.TryGetValue(member, out var found)
            ? []
            : [.. found.Elements("example").Select(e => new ExampleHelp(
                string.Join("\n", e.Elements("code").Select(c => Dedent(c.Value))),
                Paragraphs(e.Nodes().Where(n => n is not XElement { Name.LocalName: "code" }))))];

    /// <summary>Reads the <c>seealso</c> elements of a type.</summary>
    /// <param name="member">Such as <c>T:Namespace.Type</c>.</param>
    /// <returns>The links.</returns>
    public IReadOnlyList<LinkHelp> Links(string member)
        => !_members.TryGetValue(member, out var found)
            ? []
            : [.. found.Elements("seealso").Select(e => e.Attribute("href")?.Value is { } address
                ? new LinkHelp(e.Value, address)
                : new LinkHelp(NameOf(e.Attribute("cref")?.Value ?? string.Empty), string.Empty))];

    private List<string> Paragraphs(IEnumerable<XNode> nodes)
    {
        var paragraphs = new List<string>();
        var current = string.Empty;
        foreach (var node in nodes)
        {
            if (node is XElement { Name.LocalName: "para" or "code" or "list" } block)
            {
                Add(current);
                current = string.Empty;
                switch (block.Name.LocalName)
                {
                    case "code":
                        paragraphs.Add(Dedent(block.Value));
                        break;
                    case "list":
                        foreach (var item in block.Elements("item"))
                        {
                            Add("- " + Inline(item));
                        }

                        break;
                    default:
                        paragraphs.AddRange(Paragraphs(block.Nodes()));
                        break;
                }
            }
            else
            {
                current += Inline(node);
            }
        }

        Add(current);
        return paragraphs;

        void Add(string text)
        {
            var clean = WhiteSpace().Replace(text, " ").Trim();
            if (clean.Length > 0)
            {
                paragraphs.Add(clean);
            }
        }
    }

    private string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => see.Attribute("cref") is { } reference
            ? NameOf(reference.Value)
            : see.Value.Length > 0 ? see.Value : see.Attribute("langword")?.Value ?? see.Attribute("href")?.Value ?? string.Empty,
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => reference.Attribute("name")?.Value ?? string.Empty,
        XElement { Name.LocalName: "term" } term => string.Concat(term.Nodes().Select(Inline)) + ": ",
        XElement other => string.Concat(other.Nodes().Select(Inline)),
        _ => string.Empty,
    };

    /// <summary>What a reader of the help calls the thing that a <c>cref</c> names.</summary>
    private string NameOf(string reference)
    {
        var name = reference.Length > 2 && reference[1] == ':' ? reference[2..] : reference;
        var last = name.Split('(')[0].Split('.')[^1];
        return reference.Length > 1 && reference[0] == 'P' && _nameOfType(name[..^(last.Length + 1)]) is not null
            ? "-" + last
            : _nameOfType(name) ?? last;
    }

    private static string Dedent(string code)
    {
        var lines = code.Replace("\r", string.Empty, StringComparison.Ordinal).Split('\n').Select(l => l.TrimEnd()).ToList();

        // A first line that follows its tag has lost its indent.
        var isFirstBare = lines[0].Length > 0;
        var indent = lines.Skip(isFirstBare ? 1 : 0).Where(l => l.Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty().Min();
        var dedented = lines.Select((l, i) => l.Length == 0 || (i == 0 && isFirstBare) ? l : l[indent..]);
        return string.Join("\n", dedented.SkipWhile(l => l.Length == 0).Reverse().SkipWhile(l => l.Length == 0).Reverse());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
