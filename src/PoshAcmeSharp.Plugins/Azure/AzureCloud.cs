namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>The addresses of one of Azure's clouds.</summary>
/// <param name="ResourceManager">Where zones and records are managed; ends in a slash.</param>
/// <param name="Login">Where tokens are given; ends in a slash.</param>
internal sealed record AzureCloud(Uri ResourceManager, Uri Login)
{
    private static readonly Dictionary<string, AzureCloud> Clouds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AzureCloud"] = new(new("https://management.azure.com/"), new("https://login.microsoftonline.com/")),
        ["AzureUSGovernment"] = new(new("https://management.usgovcloudapi.net/"), new("https://login.microsoftonline.us/")),
        ["AzureChinaCloud"] = new(new("https://management.chinacloudapi.cn/"), new("https://login.chinacloudapi.cn/")),
        ["AzureGermanCloud"] = new(new("https://management.microsoftazure.de/"), new("https://login.microsoftonline.de/")),
    };

    /// <summary>The cloud of a name.</summary>
    /// <param name="name">The name; null for the public one.</param>
    /// <returns>The cloud.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: there is none of that name.</exception>
    internal static AzureCloud Named(string? name)
        => Clouds.TryGetValue(name ?? "AzureCloud", out var cloud) ? cloud : throw new PoshAcmeException(
            "InvalidPluginArguments",
            ErrorKind.InvalidArgument,
            "AZEnvironment names no cloud of Azure.",
            $"Give one of {string.Join(", ", Clouds.Keys)}, or leave it out.");
}
