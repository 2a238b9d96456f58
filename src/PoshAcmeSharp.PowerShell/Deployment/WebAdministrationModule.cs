using System.Management.Automation;
using System.Text.RegularExpressions;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>WebAdministration. Its bindings have a method that puts a certificate in the place of another one in one step.</summary>
internal sealed class WebAdministrationModule(SessionCommands commands)
    : IisModule(commands, "WebAdministration", "Get-Website", GetBinding, "New-WebBinding", "Remove-WebBinding")
{
    private const string GetBinding = "Get-WebBinding";
    private const string SetCertificate = "AddSslCertificate";

    private readonly SessionCommands _commands = commands;

    public override IEnumerable<string> GetSites() => Invoke("Get-Website").Select(site => SessionCommands.Text(site, "name"));

    public override IEnumerable<IisBinding> GetBindings()
        => Invoke(GetBinding, ("Protocol", Https)).Select(shown => Read(SiteOf(shown), shown)).OfType<IisBinding>();

    public override void Replace(IisBinding binding, string thumbprint, string storeName)
        => Bind(Find(binding) ?? throw Gone(binding), binding, thumbprint, storeName);

    public override void Add(IisBinding binding)
    {
        // What cannot take a certificate is not made in the first place.
        if (Invoke(GetBinding).Take(1).Any(shown => !HasMethods(shown)))
        {
            throw NoMethods(binding);
        }

        Invoke(
            "New-WebBinding",
            ("Name", binding.Site),
            ("Protocol", Https),
            ("IPAddress", binding.IPAddress),
            ("Port", binding.Port),
            ("HostHeader", binding.HostHeader),
            ("SslFlags", binding.SslFlags == 0 ? null : binding.SslFlags));
        try
        {
            Replace(binding, binding.Thumbprint, binding.StoreName);
        }
        catch (Exception e) when (e is PoshAcmeException || SessionCommands.IsFailure(e))
        {
            Invoke("Remove-WebBinding", ("Name", binding.Site), ("BindingInformation", binding.Information), ("Protocol", Https));
            throw;
        }
    }

    private static bool HasMethods(PSObject shown) => shown.Methods[SetCertificate] is not null;

    /// <summary>A binding tells its site only by the path to it.</summary>
    private static string SiteOf(PSObject shown)
    {
        var match = Regex.Match(
            SessionCommands.Text(shown, "ItemXPath"),
            "site\\[@name=(?:'(?<name>[^']*)'|\"(?<name>[^\"]*)\")",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        return match.Groups["name"].Value;
    }

    private static PoshAcmeException Gone(IisBinding binding) => new(
        "IisBindingNotFound",
        ErrorKind.NotFound,
        $"The binding {binding.Information} of site '{binding.Site}' is no longer there.",
        "Run the command again: it adds the binding.");

    private static PoshAcmeException NoMethods(IisBinding binding) => new(
        "IisBindingsNotLive",
        ErrorKind.InvalidOperation,
        $"The bindings of site '{binding.Site}' come from another process, where WebAdministration cannot change them.",
        "Run it in Windows PowerShell (powershell.exe), or install IISAdministration (Install-Module IISAdministration).");

    private PSObject? Find(IisBinding binding)
        => Invoke(GetBinding, ("Name", binding.Site), ("Protocol", Https))
            .FirstOrDefault(shown => Read(binding.Site, shown) is { } read && string.Equals(read.Information, binding.Information, StringComparison.OrdinalIgnoreCase));

    private void Bind(PSObject live, IisBinding binding, string thumbprint, string storeName)
    {
        if (!HasMethods(live))
        {
            throw NoMethods(binding);
        }

        _commands.InvokeMethod(live, SetCertificate, thumbprint, storeName);
    }
}
