using System.Management.Automation;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>
/// IISAdministration 1.1. What is changed between Start- and Stop-IISCommitDelay comes into force at once: the certificate
/// of a binding, or, where the module runs in a process beside this one and bindings are mere copies, one binding in the
/// place of another.
/// </summary>
internal sealed class IisAdministrationModule(SessionCommands commands)
    : IisModule(commands, "IISAdministration", "Get-IISSite", GetBinding, "New-IISSiteBinding", "Remove-IISSiteBinding", "Start-IISCommitDelay", EndDelay)
{
    private const string GetBinding = "Get-IISSiteBinding";
    private const string EndDelay = "Stop-IISCommitDelay";
    private const string NameParameter = "Name";
    private const string InformationParameter = "BindingInformation";
    private const string ProtocolParameter = "Protocol";

    public override IEnumerable<string> GetSites() => Invoke("Get-IISSite").Select(site => SessionCommands.Text(site, NameParameter));

    public override IEnumerable<IisBinding> GetBindings()
        => GetSites().SelectMany(site => Invoke(GetBinding, (NameParameter, site), (ProtocolParameter, Https)).Select(shown => Read(site, shown))).OfType<IisBinding>();

    public override void Replace(IisBinding binding, string thumbprint, string storeName)
    {
        Invoke("Start-IISCommitDelay");
        try
        {
            var found = Invoke(
                GetBinding, (NameParameter, binding.Site), (InformationParameter, binding.Information), (ProtocolParameter, Https));
            if (found.Count > 0 && found[0] is var live && !IsCopy(live) && live.Properties["CertificateHash"] is { IsSettable: true } hash && live.Properties["CertificateStoreName"] is { IsSettable: true } store)
            {
                hash.Value = Bytes(thumbprint);
                store.Value = storeName;
            }
            else
            {
                Invoke("Remove-IISSiteBinding", (NameParameter, binding.Site), (InformationParameter, binding.Information), (ProtocolParameter, Https));
                Add(binding with { Thumbprint = thumbprint, StoreName = storeName });
            }

            Invoke(EndDelay, ("Commit", true));
        }
        catch (Exception e) when (SessionCommands.IsFailure(e))
        {
            Discard();
            throw;
        }
    }

    public override void Add(IisBinding binding) => Invoke(
        "New-IISSiteBinding",
        (NameParameter, binding.Site),
        (InformationParameter, binding.Information),
        (ProtocolParameter, Https),
        ("CertificateThumbPrint", binding.Thumbprint),
        ("CertStoreLocation", $"Cert:\\LocalMachine\\{binding.StoreName}"),
        ("SslFlag", binding.SslFlags),
        ("Force", true));

    private static bool IsCopy(PSObject shown) => shown.TypeNames.Any(name => name.StartsWith("Deserialized.", StringComparison.Ordinal));

    private static byte[] Bytes(string thumbprint)
        => [.. Enumerable.Range(0, thumbprint.Length / 2).Select(i => Convert.ToByte(thumbprint.Substring(2 * i, 2), 16))];

    /// <summary>Nothing of the change comes into force. What failed first is the error to tell.</summary>
    private void Discard()
    {
        try
        {
            Invoke(EndDelay, ("Commit", false));
        }
        catch (RuntimeException e) when (SessionCommands.IsFailure(e))
        {
            // Where the commit itself failed nothing is delayed any more.
        }
    }
}
