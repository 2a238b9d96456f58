using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>
/// The plugin scripts of one import of the module: what is known of them, and the sessions they run in. It lasts from
/// command to command.
/// </summary>
internal sealed class ScriptPluginSession : IDisposable
{
    private static readonly TimeSpan TypeTimeLimit = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly PSHost _host;
    private readonly PSLanguageMode _languageMode;
    private readonly Dictionary<string, (DateTime Written, long Length, ScriptPlugin Plugin)> _plugins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PluginRunspace> _runspaces = new(StringComparer.Ordinal);

    /// <summary>Begins one; nothing is read or opened.</summary>
    /// <param name="host">Where plugins show and ask.</param>
    /// <param name="languageMode">What the user's session may do: a plugin may not do more.</param>
    public ScriptPluginSession(PSHost host, PSLanguageMode languageMode)
    {
        _host = host;
        _languageMode = languageMode;
    }

    /// <summary>The plugin in a file; read anew when the file has changed.</summary>
    /// <exception cref="PoshAcmeException">It cannot be used: <c>PluginScriptInvalid</c>, <c>PluginScriptUnreadable</c>, or an error of running it.</exception>
    public ScriptPlugin Read(FileInfo file, IReporter reporter)
    {
        var (path, written, length) = (file.FullName, file.LastWriteTimeUtc, file.Length);
        lock (_gate)
        {
            if (_plugins.TryGetValue(path, out var known) && known.Written == written && known.Length == length)
            {
                return known.Plugin;
            }
        }

        var read = ScriptPluginFile.Read(path);
        var plugin = new ScriptPlugin(read, read.ContractFor(read.ConstantType ?? RunForType(read, reporter)), this);
        lock (_gate)
        {
            _plugins[path] = (written, length, plugin);
        }

        return plugin;
    }

    /// <summary>The session in which a plugin lives.</summary>
    public PluginRunspace RunspaceOf(ScriptPluginFile file)
    {
        lock (_gate)
        {
            if (!_runspaces.TryGetValue(file.Path, out var runspace))
            {
                _runspaces.Add(file.Path, runspace = new PluginRunspace(_host, _languageMode));
            }

            return runspace;
        }
    }

    /// <summary>A session for one instance of a plugin, which ends it.</summary>
    public PluginRunspace MakeRunspace() => new(_host, _languageMode);

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var runspace in _runspaces.Values)
            {
                runspace.Dispose();
            }

            _runspaces.Clear();
            _plugins.Clear();
        }
    }

    /// <summary>Scripts of the world say their type as a constant; one that computes it has to be run, and be quick.</summary>
    private string? RunForType(ScriptPluginFile file, IReporter reporter)
    {
        using var limit = new CancellationTokenSource(TypeTimeLimit);
        try
        {
            var call = new ScriptCall(file, ScriptPluginFile.TypeFunction, new Hashtable(), reporter, SystemClock.Instance);
            var output = Task.Run(() => RunspaceOf(file).CallAsync(call, limit.Token), CancellationToken.None).GetAwaiter().GetResult();
            return output.Count == 0 ? null : output[output.Count - 1].ToString();
        }
        catch (OperationCanceledException e)
        {
            throw new PoshAcmeException(
                "PluginScriptTimeout",
                ErrorKind.Timeout,
                $"The plugin script '{file.Path}' does not tell its type.",
                $"Let {ScriptPluginFile.TypeFunction} do nothing but return it.",
                e);
        }
    }
}
