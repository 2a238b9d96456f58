using System.IO.Compression;
using System.Xml.Linq;
using PoshAcmeSharp.Build;
using PoshAcmeSharp.Build.Packing;
using Xunit;

namespace PoshAcmeSharp.Tests.Build;

public sealed class PackingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("posh-acme-sharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_zip_of_the_same_files_is_the_same_byte_for_byte()
    {
        var module = MakeModule();
        StableZip.Write(Path.Combine(_folder, "1.zip"), StableZip.Entries(module));
        foreach (var file in Directory.EnumerateFiles(module, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 2, 2, 0, 0, 0, DateTimeKind.Utc));
        }

        StableZip.Write(Path.Combine(_folder, "2.zip"), StableZip.Entries(module));

        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "1.zip")), File.ReadAllBytes(Path.Combine(_folder, "2.zip")));
    }

    [Fact]
    public void The_entries_of_a_zip_have_slashes_and_the_given_prefix()
        => Assert.Contains("X/dependencies/a.dll", StableZip.Entries(MakeModule(), "X/").Select(e => e.Key));

    [Fact]
    public void The_package_says_which_commands_are_in_it()
    {
        using var zip = Pack();
        using var nuspec = zip.GetEntry("PoshAcmeSharp.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single().Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);

        Assert.Equal("PoshAcmeSharp", metadata["id"]);
        Assert.Equal("1.2.3", metadata["version"]);
        Assert.Equal("Let's test.", metadata["description"]);
        Assert.Equal(
            "PSModule PSEdition_Desktop PSEdition_Core ACME PSIncludes_Cmdlet PSCmdlet_Get-A PSCommand_Get-A PSCmdlet_Set-A PSCommand_Set-A",
            metadata["tags"]);
    }

    [Fact]
    public void The_package_holds_the_module_at_its_root_and_a_type_for_every_file()
    {
        using var zip = Pack();
        using var content = zip.GetEntry("[Content_Types].xml")!.Open();
        var types = XDocument.Load(content).Root!.Elements().ToList();
        var names = zip.Entries.Select(e => e.FullName).ToList();

        Assert.Contains("PoshAcmeSharp.psd1", names);
        Assert.Contains("_rels/.rels", names);
        Assert.All(names.Where(n => n != "[Content_Types].xml"), n => Assert.Contains(types, t =>
            t.Attribute("Extension")?.Value == Path.GetExtension(n).TrimStart('.') || t.Attribute("PartName")?.Value == "/" + n));
    }

    [Fact]
    public void A_manifest_without_a_value_is_refused_by_name()
        => Assert.Contains("ModuleVersion", Assert.Throws<BuildException>(() => new Manifest("@{ }").Text("ModuleVersion")).Message, StringComparison.Ordinal);

    private ZipArchive Pack()
    {
        var path = Path.Combine(_folder, "out", "m.nupkg");
        GalleryPackage.Write(MakeModule(), path);
        return ZipFile.OpenRead(path);
    }

    private string MakeModule()
    {
        var module = Path.Combine(_folder, "module");
        Directory.CreateDirectory(Path.Combine(module, "dependencies"));
        File.WriteAllText(Path.Combine(module, "dependencies", "a.dll"), "dll");
        File.WriteAllText(Path.Combine(module, "LICENSE"), "license");
        File.WriteAllText(Path.Combine(module, "PoshAcmeSharp.psd1"), """
            @{
                ModuleVersion = '1.2.3'
                Author = 'Us'
                Copyright = '(c) us'
                Description = 'Let''s test.'
                CompatiblePSEditions = @('Desktop', 'Core')
                CmdletsToExport = @(
                    'Get-A'
                    'Set-A'
                )
                PrivateData = @{ PSData = @{
                    Tags = @('ACME')
                } }
            }
            """);
        return module;
    }
}
