using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Packing;

/// <summary>
/// Writes the module as the package that a PowerShell gallery takes: a NuGet package with the module's files at its root
/// and tags that say which commands are in it.
/// </summary>
internal static class GalleryPackage
{
    private static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
    private static readonly XNamespace Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    private static readonly XNamespace ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";

    /// <summary>Writes the package.</summary>
    /// <param name="moduleFolder">The built module.</param>
    /// <param name="path">Where to.</param>
    public static void Write(string moduleFolder, string path)
    {
        var files = StableZip.Entries(moduleFolder).ToList();
        StableZip.Write(path, files.Concat(
        [
            Entry($"{BuildContext.ModuleName}.nuspec", Specification(Manifest.Load(moduleFolder))),
            Entry("_rels/.rels", PackageRelationships()),
            Entry("[Content_Types].xml", Types(files.Select(f => f.Key))),
        ]));
    }

    private static XElement Specification(Manifest manifest) => new(
        Nuspec + "package",
        new XElement(
            Nuspec + "metadata",
            new XElement(Nuspec + "id", BuildContext.ModuleName),
            new XElement(Nuspec + "version", manifest.Text("ModuleVersion")),
            new XElement(Nuspec + "authors", manifest.Text("Author")),
            new XElement(Nuspec + "license", new XAttribute("type", "expression"), "MIT"),
            new XElement(Nuspec + "requireLicenseAcceptance", "false"),
            new XElement(Nuspec + "description", manifest.Text("Description")),
            new XElement(Nuspec + "copyright", manifest.Text("Copyright")),
            new XElement(Nuspec + "tags", string.Join(" ", Tags(manifest)))));

    private static IEnumerable<string> Tags(Manifest manifest) =>
    [
        "PSModule",
        .. manifest.List("CompatiblePSEditions").Select(e => "PSEdition_" + e),
        .. manifest.List("Tags"),
        "PSIncludes_Cmdlet",
        .. manifest.List("CmdletsToExport").SelectMany(c => new[] { "PSCmdlet_" + c, "PSCommand_" + c }),
    ];

    private static XElement PackageRelationships() => new(
        Relationships + "Relationships",
        new XElement(
            Relationships + "Relationship",
            new XAttribute("Type", "http://schemas.microsoft.com/packaging/2010/07/manifest"),
            new XAttribute("Target", $"/{BuildContext.ModuleName}.nuspec"),
            new XAttribute("Id", "R1")));

    private static XElement Types(IEnumerable<string> names) => new(
        ContentTypes + "Types",
        Default("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        Default("nuspec", "application/octet"),
        names.Select(n => Path.GetExtension(n).TrimStart('.')).Where(e => e.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal).Select(e => Default(e, "application/octet")),
        names.Where(n => Path.GetExtension(n).Length == 0).Order(StringComparer.Ordinal).Select(n => new XElement(
            ContentTypes + "Override", new XAttribute("PartName", "/" + n), new XAttribute("ContentType", "application/octet"))));

    private static XElement Default(string extension, string type)
        => new(ContentTypes + "Default", new XAttribute("Extension", extension), new XAttribute("ContentType", type));

    private static KeyValuePair<string, Func<Stream>> Entry(string name, XElement content) => new(name, () =>
    {
        var stream = new MemoryStream();
        new XDocument(new XDeclaration("1.0", "utf-8", null), content).Save(stream);
        stream.Position = 0;
        return stream;
    });
}
