using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// The vault that the environment names, by the commands of Microsoft.PowerShell.SecretManagement. They run in a runspace
/// of their own: a pipeline that is busy or stopping runs nothing else. There is no host in it, so a vault that would ask
/// for its password fails instead of waiting for ever.
/// </summary>
internal sealed class SecretManagementVault : ISecretVault, IDisposable
{
    private const string GetCommand = "Get-Secret";
    private const string SetCommand = "Set-Secret";
    private const string UnlockCommand = "Unlock-SecretVault";
    private const string Locked = "VaultLocked";
    private const string Remedy = "Unlock the vault with Unlock-SecretVault, set POSHACME_VAULT_PASS to its password, or register a vault that needs none; Test-SecretVault shows whether it works.";

    // Vaults may be far away.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly Lazy<SecretVaultSettings> _settings = new(SecretVaultSettings.FromEnvironment);
    private Runspace? _runspace;

    public bool IsConfigured => _settings.Value.Name is not null;

    private SecretVaultSettings Settings => _settings.Value;

    public string Describe(string id) => $"the secret '{Settings.SecretName(id)}' in the vault '{Settings.Name}'";

    public string? Read(string id)
    {
        var (output, errors) = Run(GetCommand, ("Vault", Settings.Name!), ("Name", Settings.SecretName(id)), ("AsPlainText", true));
        if (output.FirstOrDefault(o => o is not null) is { } found)
        {
            return found.BaseObject as string ?? throw new PoshAcmeException(
                "VaultSecretInvalid",
                ErrorKind.InvalidData,
                $"Found as {Describe(id)}: a {found.BaseObject.GetType().Name}, which is no key for secrets.",
                "Remove it from the vault, or use another POSHACME_VAULT_SECRET_TEMPLATE.");
        }

        // What says no more than that there is none; a vault that is locked or missing says something else first.
        return errors.FirstOrDefault(e => e.CategoryInfo.Category != ErrorCategory.ObjectNotFound) is { } error ? throw Failed(error) : null;
    }

    public void Write(string id, string secret)
    {
        var (_, errors) = Run(SetCommand, ("Vault", Settings.Name!), ("Name", Settings.SecretName(id)), ("Secret", secret));
        if (errors.Count > 0)
        {
            throw Failed(errors[0]);
        }
    }

    public void Dispose() => _runspace?.Dispose();

    private PoshAcmeException Failed(ErrorRecord error) => new(
        Locked,
        ErrorKind.Security,
        $"The SecretManagement vault '{Settings.Name}' cannot be used: {error.Exception.Message}",
        Remedy,
        error.Exception);

    private (IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors) Run(string command, params (string Name, object Value)[] parameters)
    {
        lock (_gate)
        {
            return Invoke(Open(), command, parameters);
        }
    }

    private Runspace Open()
    {
        if (_runspace is not null)
        {
            return _runspace;
        }

        var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        try
        {
            runspace.Open();
            var (found, _) = Invoke(runspace, "Get-Command", [("Name", new[] { GetCommand, SetCommand, UnlockCommand }), ("ErrorAction", ActionPreference.SilentlyContinue)]);
            if (found.Count < 3)
            {
                throw new PoshAcmeException(
                    "SecretManagementMissing",
                    ErrorKind.NotFound,
                    $"POSHACME_VAULT_NAME names the vault '{Settings.Name}', and the module Microsoft.PowerShell.SecretManagement is not installed.",
                    "Install it with the module of the vault: Install-Module Microsoft.PowerShell.SecretManagement.");
            }

            if (Settings.Password is { } password)
            {
                var (_, errors) = Invoke(runspace, UnlockCommand, [("Name", Settings.Name!), ("Password", password)]);
                if (errors.Count > 0)
                {
                    throw Failed(errors[0]);
                }
            }

            return _runspace = runspace;
        }
        catch
        {
            runspace.CloseAsync();
            throw;
        }
    }

    private (IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors) Invoke(Runspace runspace, string command, (string Name, object Value)[] parameters)
    {
        var shell = System.Management.Automation.PowerShell.Create();
        var isDone = false;
        try
        {
            shell.Runspace = runspace;
            shell.AddCommand(command);
            foreach (var (name, value) in parameters)
            {
                shell.AddParameter(name, value);
            }

            var output = new PSDataCollection<PSObject>();
            var running = shell.BeginInvoke<PSObject, PSObject>(null, output);
            if (!running.AsyncWaitHandle.WaitOne(Deadline))
            {
                throw new PoshAcmeException(
                    "VaultTimeout",
                    ErrorKind.Timeout,
                    $"The SecretManagement vault '{Settings.Name}' did not answer {command} within {Deadline.TotalSeconds:0} seconds.",
                    "See whether Get-SecretInfo answers for the vault; then run the command again.");
            }

            isDone = true;
            shell.EndInvoke(running);
            return (output.ToArray(), shell.Streams.Error.ToArray());
        }
        catch (RuntimeException e)
        {
            // Extensions of SecretManagement throw for what others report.
            return ([], [e.ErrorRecord]);
        }
        finally
        {
            if (isDone)
            {
                shell.Dispose();
            }
            else
            {
                // Disposing would wait for it.
                shell.BeginStop(null, null);
                runspace.CloseAsync();
                _runspace = null;
            }
        }
    }
}
