using PoshAcmeSharp.Build.Help;

namespace PoshAcmeSharp.Build.Tasks;

/// <summary>Builds the module and its help into <c>artifacts/PoshAcmeSharp</c>.</summary>
internal static class BuildTask
{
    private const string Project = "src/PoshAcmeSharp.PowerShell";

    /// <summary>Runs the task.</summary>
    /// <param name="context">What to build.</param>
    /// <returns>The exit code.</returns>
    public static int Run(BuildContext context)
    {
        var code = Programs.Run(
            "dotnet",
            context.Root,
            ["build", Project, "-c", BuildContext.Configuration, "-v", "minimal", "--nologo", $"-p:ModuleFolder={context.ModuleFolder}", .. context.DotnetArguments]);
        if (code == 0)
        {
            FinishModule(context);
        }

        return code;
    }

    private static void FinishModule(BuildContext context)
    {
        var docs = Path.Combine(context.Artifacts, "bin", "PoshAcmeSharp.PowerShell", BuildContext.Configuration.ToLowerInvariant(), "PoshAcmeSharp.xml");
        using var reader = new CmdletReader(
            Path.Combine(context.ModuleFolder, "PoshAcmeSharp.dll"), docs, Path.Combine(context.ModuleFolder, "dependencies"));
        var cmdlets = reader.Read();
        var problems = HelpCheck.Problems(cmdlets).Concat(ManifestProblems(context, cmdlets)).ToList();
        if (problems.Count > 0)
        {
            throw new BuildException(string.Join(Environment.NewLine, problems));
        }

        var folder = Directory.CreateDirectory(Path.Combine(context.ModuleFolder, "en-US")).FullName;
        MamlWriter.Write(cmdlets).Save(Path.Combine(folder, "PoshAcmeSharp.dll-Help.xml"));
    }

    private static IEnumerable<string> ManifestProblems(BuildContext context, IReadOnlyList<CmdletHelp> cmdlets)
    {
        var manifest = Manifest.Load(context.ModuleFolder);
        if (manifest.Text("ModuleVersion") is var version && version != context.Version)
        {
            yield return $"The manifest says version {version}, Directory.Build.props {context.Version}.";
        }

        foreach (var (list, names) in new[]
        {
            ("CmdletsToExport", cmdlets.Select(c => c.Name)),
            ("AliasesToExport", cmdlets.SelectMany(c => c.Aliases)),
        })
        {
            var exported = manifest.List(list);
            foreach (var name in names.Except(exported, StringComparer.Ordinal))
            {
                yield return $"The manifest lacks {name} in {list}.";
            }

            foreach (var name in exported.Except(names, StringComparer.Ordinal))
            {
                yield return $"The manifest has {name} in {list}, which the assembly has not.";
            }
        }
    }
}
