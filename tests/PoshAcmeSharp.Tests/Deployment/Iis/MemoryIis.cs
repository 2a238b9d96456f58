using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Iis;

namespace PoshAcmeSharp.Tests.Deployment.Iis;

/// <summary>A web server in memory: its sites, bindings and certificates, and what was done to them.</summary>
internal sealed class MemoryIis : IIisCommands, IMachineStore
{
    public List<string> Sites { get; } = ["Default Web Site", "Other"];

    public List<IisBinding> Bindings { get; } = [];

    public Dictionary<string, MachineCertificate> Store { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Changes { get; } = [];

    public HashSet<string> Failing { get; } = [];

    public bool IsReadable { get; set; } = true;

    /// <summary>The command says nothing, and nothing has changed.</summary>
    public bool IsDeaf { get; set; }

    public void Keep(string thumbprint, string store = "My", bool hasKey = true, bool isSelfSigned = false, int daysLeft = 60, params string[] names)
        => Store[$"{store}/{thumbprint}"] = new(thumbprint, names.Length == 0 ? ["www.example.test"] : names, hasKey, isSelfSigned, DateTimeOffset.UtcNow.AddDays(daysLeft));

    public void Bind(string information, string thumbprint, string site = "Default Web Site", int flags = 0)
        => Bindings.Add(IisBinding.Parse(site, information)! with { Thumbprint = thumbprint, StoreName = thumbprint.Length == 0 ? string.Empty : "My", SslFlags = flags });

    public Task<IReadOnlyList<string>> GetSitesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(Sites);

    public Task<IReadOnlyList<IisBinding>> GetBindingsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IisBinding>>([.. Bindings]);

    public Task ReplaceAsync(IisBinding binding, string thumbprint, string storeName, CancellationToken cancellationToken)
        => Change($"replace {binding.Site} {binding.Information} {thumbprint} {storeName}", binding.Information, () =>
        {
            for (var i = 0; i < Bindings.Count; i++)
            {
                if (Bindings[i].IsSame(binding) || Bindings[i].SharesCertificate(binding))
                {
                    Bindings[i] = Bindings[i] with { Thumbprint = thumbprint, StoreName = storeName };
                }
            }
        });

    public Task AddAsync(IisBinding binding, CancellationToken cancellationToken)
        => Change($"add {binding.Site} {binding.Information} {binding.SslFlags} {binding.Thumbprint} {binding.StoreName}", binding.Information, () => Bindings.Add(binding));

    public MachineCertificate? Find(string storeName, string thumbprint) => Store.GetValueOrDefault($"{storeName}/{thumbprint}");

    public void Install(CertificateInstallation installation)
        => Change($"install {installation.StoreName}", "install", () => Keep(installation.PfxPath!, installation.StoreName)).GetAwaiter().GetResult();

    public void Remove(string storeName, string thumbprint)
        => Change($"remove {storeName} {thumbprint}", "remove", () => Store.Remove($"{storeName}/{thumbprint}")).GetAwaiter().GetResult();

    private Task Change(string what, string failing, Action change)
    {
        Changes.Add(what);
        if (Failing.Contains(failing))
        {
            throw new PoshAcmeException("IisCommandFailed", ErrorKind.InvalidOperation, $"It does not want to: {failing}.");
        }

        if (!IsDeaf)
        {
            change();
        }

        return Task.CompletedTask;
    }
}
