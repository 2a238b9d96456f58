using System.Xml.Linq;

namespace PoshAcmeSharp.Build;

/// <summary>Where things lie and what the caller asked for.</summary>
/// <param name="Root">The folder of the repository.</param>
/// <param name="DotnetArguments">What goes to <c>dotnet build</c> and <c>dotnet test</c> besides.</param>
internal sealed record BuildContext(string Root, IReadOnlyList<string> DotnetArguments)
{
    /// <summary>The name of the module.</summary>
    public const string ModuleName = "PoshAcmeSharp";

    /// <summary>The configuration that is built and tested.</summary>
    public const string Configuration = "Release";

    private const string Maintained = "-p:BouncyCastlePackage=BouncyCastle.Cryptography";

    /// <summary>Where everything goes that is made.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The built module.</summary>
    public string ModuleFolder => Path.Combine(Artifacts, ModuleName);

    /// <summary>The version of the module.</summary>
    public string Version { get; } = XDocument.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Whether another package of BouncyCastle than the usual one was asked for.</summary>
    public bool HasOtherBouncyCastle
        => DotnetArguments.Any(a => a.StartsWith("-p:BouncyCastlePackage=", StringComparison.Ordinal));

    /// <summary>Finds the repository around this tool.</summary>
    /// <param name="arguments">What follows the name of the task.</param>
    /// <returns>The context.</returns>
    public static BuildContext Create(IEnumerable<string> arguments)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PoshAcmeSharp.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        var all = arguments.ToList();
        if (string.Equals(Environment.GetEnvironmentVariable("BOUNCYCASTLE"), "maintained", StringComparison.OrdinalIgnoreCase)
            && !all.Contains(Maintained))
        {
            all.Add(Maintained);
        }

        return new BuildContext(folder ?? throw new BuildException("PoshAcmeSharp.sln was not found above this tool."), all);
    }
}
