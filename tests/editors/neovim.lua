-- Drives Neovim's own client: what it is told to do stands in the environment, what came of it is written as JSON to a file.
local root, out = vim.env.ORBITCFG_ROOT, vim.env.ORBITCFG_OUT
local command = vim.split(vim.env.ORBITCFG_COMMAND, " ")
local steps = vim.json.decode(vim.env.ORBITCFG_STEPS)
local result = {}

local client = vim.lsp.start_client({ name = "orbitcfg", cmd = command, root_dir = root })

local function open(name)
  vim.cmd("hide edit " .. vim.fn.fnameescape(root .. "/" .. name))
  vim.bo.filetype = "yaml"
  vim.lsp.buf_attach_client(0, client)
end

local function find(needle, offset)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local start = line:find(needle, 1, true)
    if start then
      vim.api.nvim_win_set_cursor(0, { number, start - 1 + (offset or 0) })
      return
    end
  end
  error("no " .. needle)
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 60000)
  for _, answer in pairs(answers or {}) do
    return answer.result
  end
end

local function diagnostics(code, wanted)
  local found
  vim.wait(60000, function()
    found = vim.diagnostic.get(0)
    for _, each in ipairs(found) do
      if each.code == code then return wanted end
    end
    return not wanted
  end, 50)
  return vim.tbl_map(function(each) return { each.code, each.lnum, each.col } end, found)
end

local does = {}

function does.diagnostics(step)
  find(step.needle)
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local line = vim.api.nvim_get_current_line()
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { (line:gsub(vim.pesc(step.needle), step.with)) })
  local during = diagnostics(step.code, true)
  local actions = {}
  if step.actions then
    local params = vim.lsp.util.make_range_params()
    params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0) }
    actions = vim.tbl_map(function(each) return each.title end, ask("textDocument/codeAction", params) or {})
  end
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { line })
  vim.bo.modified = false
  return { during = during, after = diagnostics(step.code, false), actions = actions }
end

function does.hover(step)
  find(step.needle, step.offset)
  return ask("textDocument/hover", vim.lsp.util.make_position_params()).contents.value
end

function does.definition(step)
  find(step.needle, step.offset)
  vim.lsp.buf.definition()
  vim.wait(20000, function() return vim.api.nvim_buf_get_name(0):sub(-#step.to) == step.to end, 20)
  return { vim.api.nvim_buf_get_name(0):sub(#root + 2), vim.api.nvim_win_get_cursor(0)[1] }
end

function does.completion(step)
  find(step.needle, step.offset)
  return vim.tbl_map(function(each) return each.label end, ask("textDocument/completion", vim.lsp.util.make_position_params()))
end

function does.rename(step)
  find(step.needle, step.offset)
  local params = vim.lsp.util.make_position_params()
  params.newName = step.to
  local edit = ask("textDocument/rename", params)
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  local changed = {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_option(buffer, "modified") then
      table.insert(changed, vim.api.nvim_buf_get_name(buffer):sub(#root + 2))
    end
  end
  table.sort(changed)
  return changed
end

for _, step in ipairs(steps) do
  local ok, value = pcall(function()
    open(step.file)
    return does[step.does](step)
  end)
  table.insert(result, ok and value or { fault = tostring(value) })
end
vim.fn.writefile({ vim.json.encode(result) }, out)
vim.lsp.stop_client(client)
vim.wait(2000, function() return vim.lsp.client_is_stopped(client) end, 20)
vim.cmd("qa!")
