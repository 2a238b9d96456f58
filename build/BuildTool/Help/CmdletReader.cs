using System.Reflection;
using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Help;

/// <summary>
/// Reads the cmdlets of an assembly: the attributes from its metadata, without running any of it, and the texts from
/// its documentation comments.
/// </summary>
internal sealed class CmdletReader : IDisposable
{
    private const string Automation = "System.Management.Automation.";

    private readonly MetadataLoadContext _context;
    private readonly Assembly _assembly;
    private readonly List<(Type Type, CustomAttributeData Cmdlet)> _types;
    private readonly XmlDocs _docs;

    /// <summary>Opens an assembly.</summary>
    /// <param name="assemblyPath">The path of the assembly; its documentation file lies beside it or at <paramref name="docsPath"/>.</param>
    /// <param name="docsPath">The path of the documentation file.</param>
    /// <param name="folders">Where the assemblies lie that it refers to.</param>
    public CmdletReader(string assemblyPath, string docsPath, params IEnumerable<string> folders)
    {
        var known = folders.Prepend(Path.GetDirectoryName(assemblyPath)!)
            .Append(AppContext.BaseDirectory)
            .Append(Path.GetDirectoryName(typeof(object).Assembly.Location)!)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.dll"))
            .DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase);
        _context = new MetadataLoadContext(new PathAssemblyResolver(known));
        _assembly = _context.LoadFromAssemblyPath(assemblyPath);
        _types = [.. _assembly.GetExportedTypes()
            .Where(t => !t.IsAbstract)
            .Select(t => (Type: t, Cmdlet: Find(t.CustomAttributes, "CmdletAttribute")))
            .Where(t => t.Cmdlet is not null)
            .Select(t => (t.Type, t.Cmdlet!))];
        var names = _types.ToDictionary(t => t.Type.FullName!, t => $"{t.Cmdlet.ConstructorArguments[0].Value}-{t.Cmdlet.ConstructorArguments[1].Value}");
        _docs = new XmlDocs(XDocument.Load(docsPath, LoadOptions.PreserveWhitespace), names.GetValueOrDefault);
    }

    /// <summary>Reads all cmdlets.</summary>
    /// <returns>Their help, in the order of their names.</returns>
    public IReadOnlyList<CmdletHelp> Read() => [.. _types.Select(t => Read(t.Type, t.Cmdlet)).OrderBy(c => c.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private CmdletHelp Read(Type type, CustomAttributeData cmdlet)
    {
        var member = "T:" + type.FullName;
        var parameters = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => Find(p.CustomAttributes, "ParameterAttribute") is not null)
            .Select(ReadParameter)
            .Where(p => p.Uses.Count > 0)
            .ToList();
        if (Named<bool>(cmdlet, "SupportsShouldProcess"))
        {
            parameters.AddRange(ShouldProcessParameters.All);
        }

        return new CmdletHelp
        {
            Verb = (string)cmdlet.ConstructorArguments[0].Value!,
            Noun = (string)cmdlet.ConstructorArguments[1].Value!,
            Aliases = Texts(Find(type.CustomAttributes, "AliasAttribute")),
            Synopsis = string.Join(" ", _docs.Paragraphs(member, "summary")),
            Description = _docs.Paragraphs(member, "remarks"),
            Parameters = parameters,
            ParameterSets = ParameterSets(parameters, Named<string>(cmdlet, "DefaultParameterSetName")),
            OutputTypes = [.. All(type.CustomAttributes, "OutputTypeAttribute").SelectMany(OutputTypes).Distinct(StringComparer.Ordinal)],
            Examples = _docs.Examples(member),
            Links = _docs.Links(member),
        };
    }

    private static List<string> ParameterSets(List<ParameterHelp> parameters, string? defaultSet)
    {
        var sets = parameters.SelectMany(p => p.Uses).Select(u => u.Set).Where(s => s != ParameterHelp.AllSets).Distinct(StringComparer.Ordinal).ToList();
        if (sets.Count == 0)
        {
            return [ParameterHelp.AllSets];
        }

        if (!string.IsNullOrEmpty(defaultSet))
        {
            sets.Remove(defaultSet);
            sets.Insert(0, defaultSet);
        }

        return sets;
    }

    private ParameterHelp ReadParameter(PropertyInfo property)
    {
        var defaults = Find(property.CustomAttributes, "PSDefaultValueAttribute");
        var type = Nullable(property.PropertyType);
        var element = type.IsArray ? type.GetElementType()! : type;
        return new ParameterHelp
        {
            Name = property.Name,
            TypeName = NameOf(type),
            Description = _docs.Paragraphs($"P:{property.DeclaringType!.FullName}.{property.Name}", "summary"),
            Uses = [.. All(property.CustomAttributes, "ParameterAttribute").Select(ReadUse).Where(u => !u.IsHidden)],
            Aliases = Texts(Find(property.CustomAttributes, "AliasAttribute")),
            Values = Find(property.CustomAttributes, "ValidateSetAttribute") is { } set
                ? Texts(set)
                : element.IsEnum ? [.. element.GetEnumNames()] : [],
            Default = defaults is null ? null : Named<string>(defaults, "Help") ?? NamedValue(defaults, "Value")?.ToString(),
            HasWildcards = Find(property.CustomAttributes, "SupportsWildcardsAttribute") is not null,
        };
    }

    private static ParameterUse ReadUse(CustomAttributeData attribute)
    {
        var position = NamedValue(attribute, "Position") as int?;
        return new ParameterUse(
            Named<string>(attribute, "ParameterSetName") ?? ParameterHelp.AllSets,
            Named<bool>(attribute, "Mandatory"),
            position >= 0 ? position : null,
            Named<bool>(attribute, "ValueFromPipeline"),
            Named<bool>(attribute, "ValueFromPipelineByPropertyName"),
            Named<bool>(attribute, "DontShow"));
    }

    private static IEnumerable<string> OutputTypes(CustomAttributeData attribute)
        => Flatten(attribute.ConstructorArguments).Select(v => v is Type type ? type.FullName! : (string)v);

    private static string[] Texts(CustomAttributeData? attribute)
        => attribute is null ? [] : [.. Flatten(attribute.ConstructorArguments).OfType<string>()];

    private static IEnumerable<object> Flatten(IEnumerable<CustomAttributeTypedArgument> arguments)
        => arguments.SelectMany(a => a.Value switch
        {
            null => [],
            IEnumerable<CustomAttributeTypedArgument> inner => Flatten(inner),
            var value => [value],
        });

    private static Type Nullable(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition().FullName == "System.Nullable`1" ? type.GetGenericArguments()[0] : type;

    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}[{string.Join(",", type.GetGenericArguments().Select(NameOf))}]"
            : type.Name;
    }

    private static CustomAttributeData? Find(IEnumerable<CustomAttributeData> attributes, string name) => All(attributes, name).FirstOrDefault();

    private static IEnumerable<CustomAttributeData> All(IEnumerable<CustomAttributeData> attributes, string name)
        => attributes.Where(a => a.AttributeType.FullName == Automation + name);

    private static T? Named<T>(CustomAttributeData attribute, string name) => NamedValue(attribute, name) is T value ? value : default;

    private static object? NamedValue(CustomAttributeData attribute, string name)
        => attribute.NamedArguments.Where(a => a.MemberName == name).Select(a => a.TypedValue.Value).FirstOrDefault();
}
